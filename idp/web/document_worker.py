"""The process that reads one uploaded document: `python -m idp.web.document_worker ORDER …`.

    examine               facts, findings of the linter, size and text of each page
    render FIRST COUNT    pages as PNG

The document comes on stdin, one JSON object goes to stdout. Uploads are hostile until proven
otherwise, and the renderer is not memory-safe: so this process has nothing to give away, lower
limits before the first byte is read, and one document to live for.
"""

from __future__ import annotations

import base64
import json
import resource
import struct
import sys
import unicodedata
import zlib
from collections.abc import Sequence
from typing import Any, Final

import pypdfium2

CPU_SECONDS: Final = 10
ADDRESS_SPACE: Final = 1024 * 1024 * 1024
SCALE: Final = 1.6  # 115 dpi: readable on a phone when zoomed
MAX_PIXELS: Final = 3_000_000
MAX_SIDE: Final = 4_000
MAX_TEXT: Final = 8_000  # characters a page
MAX_TEXT_PAGES: Final = 100


def main(arguments: Sequence[str]) -> None:
    """Be the worker: limits first, then the document."""
    _limit()
    document = sys.stdin.buffer.read()
    if arguments[0] == "examine":
        answer = examine(document)
    else:
        answer = {"pages": render(document, int(arguments[1]), int(arguments[2]))}
    sys.stdout.write(json.dumps(answer))


def examine(document: bytes) -> dict[str, Any]:
    """Lint the document; where it may be signed, read the size and text of its pages too."""
    from certs.signing import Severity, inspect, lint  # heavy, and not needed to draw

    findings = lint(inspect(document))
    refusals = [f.code for f in findings if f.severity is Severity.REFUSE]
    warnings = [f.code for f in findings if f.severity is Severity.WARN]
    pages = [] if refusals else _pages(document)
    return {"refusals": refusals, "warnings": warnings, "pages": pages}


def render(document: bytes, first: int, count: int) -> list[str]:
    """Draw pages `first` (from 1) and following as PNG, in Base64."""
    opened = pypdfium2.PdfDocument(document)
    drawn: list[str] = []
    for index in range(first - 1, min(first - 1 + count, len(opened))):
        page = opened[index]
        width, height = page.get_size()
        bitmap = page.render(scale=_scale(width, height), rev_byteorder=True, prefer_bgrx=False)
        data = png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)
        drawn.append(base64.b64encode(data).decode("ascii"))
        page.close()
    return drawn


def png(pixels: bytes, width: int, height: int, stride: int) -> bytes:
    """Write 8-bit RGB rows as PNG (ISO/IEC 15948), without filters."""
    rows = b"".join(b"\0" + pixels[y * stride : y * stride + 3 * width] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 5)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _pages(document: bytes) -> list[dict[str, Any]]:
    opened = pypdfium2.PdfDocument(document)
    found: list[dict[str, Any]] = []
    for index in range(len(opened)):
        page = opened[index]
        width, height = page.get_size()
        scale = _scale(width, height)
        text = page.get_textpage().get_text_bounded() if index < MAX_TEXT_PAGES else ""
        found.append(
            {
                "width": max(1, round(width * scale)),
                "height": max(1, round(height * scale)),
                "text": _plain(text),
            }
        )
        page.close()
    return found


def _plain(text: str) -> str:
    """Keep what can be read aloud: no controls, no characters that reorder or hide others."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")[:MAX_TEXT]
    return "".join(c for c in lines if c == "\n" or not unicodedata.category(c).startswith("C"))


def _scale(width: float, height: float) -> float:
    """The usual scale, or less where a page is so large that its picture would be too."""
    wide, high = max(width, 1.0), max(height, 1.0)
    return float(min(SCALE, (MAX_PIXELS / (wide * high)) ** 0.5, MAX_SIDE / max(wide, high)))


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[1:])
