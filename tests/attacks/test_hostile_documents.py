"""Hostile PDF uploads (T61, T62, T64): refused in words, in time, and nobody else notices."""

from __future__ import annotations

import asyncio
import time
import zlib

import pytest
from world.papers import page

from idp.domain.errors import ProtocolError
from idp.web.documents import Documents


def pdf(
    content: bytes, *, media_box: str = "0 0 595 842", extra: str = "", filters: str = ""
) -> bytes:
    """A PDF by hand, with a correct cross-reference table."""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {extra} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{media_box}] /Contents 4 0 R >>".encode(),
        f"<< /Length {len(content)} {filters} >>\nstream\n".encode() + content + b"\nendstream",
    ]
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n"
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def bomb(layers: int) -> bytes:
    data = zlib.compress(b" " * 300_000_000, 6)
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    return data


async def looked_at(document: bytes) -> str:
    """Examine and draw; answers what came of it. Always within the limits on time."""
    documents = Documents()
    begun = time.monotonic()
    try:
        examined = await documents.accept(document)
        image = await documents.image(document, 1)
    except ProtocolError as error:
        return error.reason
    finally:
        assert time.monotonic() - begun < 40
    assert image.startswith(b"\x89PNG")
    assert len(image) < 8_000_000
    return f"{examined.pages[0].width}x{examined.pages[0].height}"


async def test_control_ordinary_document() -> None:
    assert await looked_at(pdf(b"0 0 m 100 100 l S")) == "952x1347"


async def test_decompression_bomb_does_no_harm() -> None:
    document = pdf(bomb(2), filters="/Filter [/FlateDecode /FlateDecode]")
    assert len(document) < 5_000
    assert await looked_at(document)


@pytest.mark.parametrize("box", ["0 0 200000 200000", "-1e9 -1e9 1e9 1e9", "0 0 0 0", "a b c d"])
async def test_page_of_an_absurd_size_is_drawn_small_or_refused(box: str) -> None:
    found = await looked_at(pdf(b"", media_box=box))
    if "x" in found and found[0].isdigit():
        width, height = map(int, found.split("x"))
        assert max(width, height) <= 4_000
        assert width * height <= 3_100_000


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "document_javascript"),
        ("/OpenAction << /S /Launch /F (calc.exe) >>", "document_active_action"),
        ("/AcroForm << /XFA (x) /Fields [] >>", "document_xfa"),
        ("/OCProperties << /OCGs [] /D << >> >>", "document_optional_content"),
        (
            "/Names << /EmbeddedFiles << /Names [(a) << /EF << >> >>] >> >>",
            "document_embedded_files",
        ),
    ],
)
async def test_document_that_can_look_different_tomorrow(extra: str, reason: str) -> None:
    assert await looked_at(pdf(b"", extra=extra)) == reason


async def test_page_tree_that_goes_round() -> None:
    loop = pdf(b"").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")
    assert (await looked_at(loop)).startswith("document_")


async def test_worker_that_dies_takes_nothing_along(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = Documents()
    deep = pdf(b"", extra="/X " + "[" * 200_000 + "]" * 200_000)
    with pytest.raises(ProtocolError):
        await documents.accept(deep)
    assert (await documents.accept(page())).pages


async def test_only_so_many_at_a_time() -> None:
    documents = Documents()
    made = [page(f"number {n}") for n in range(3)]
    found = await asyncio.gather(*(documents.accept(one) for one in made))
    assert [one.pages[0].text for one in found] == [f"number {n} - page 1" for n in range(3)]


async def test_page_that_is_not_there() -> None:
    with pytest.raises(ProtocolError, match="no_such_page"):
        await Documents().image(page(), 99)
