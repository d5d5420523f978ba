"""Static files at addresses that name their content."""

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from look.static import IMMUTABLE, StaticFiles


def _client(static: StaticFiles) -> httpx.AsyncClient:
    app = Starlette(routes=[Mount("/static", static)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x.localhost")


async def test_file_is_served_for_a_year() -> None:
    static = StaticFiles()
    async with _client(static) as client:
        response = await client.get(static.url("look.css"))
    assert response.status_code == 200
    assert response.headers["cache-control"] == IMMUTABLE
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert response.headers["content-encoding"] == "gzip"
    assert response.content == static.body("look.css")


async def test_plain_bytes_for_a_client_without_gzip_and_head_without_a_body() -> None:
    static = StaticFiles()
    async with _client(static) as client:
        url = static.url("vendor/qr-decode.js")
        plain = await client.get(url, headers={"accept-encoding": "identity"})
        head = await client.head(url, headers={"accept-encoding": "identity"})
    assert plain.content == static.body("vendor/qr-decode.js")
    assert "content-encoding" not in plain.headers
    assert head.content == b""
    assert head.headers["content-length"] == str(len(plain.content))


@pytest.mark.parametrize(
    "path",
    [
        "/static/0000000000000000/look.css",
        "/static/{version}/nothing.css",
        "/static/{version}/../../__init__.py",
        "/static/{version}/%2e%2e/%2e%2e/static.py",
        "/static/",
    ],
)
async def test_anything_else_is_not_found(path: str) -> None:
    static = StaticFiles()
    async with _client(static) as client:
        response = await client.get(path.format(version=static.version))
    assert response.status_code == 404


async def test_only_reading_is_allowed() -> None:
    static = StaticFiles()
    async with _client(static) as client:
        assert (await client.post(static.url("look.css"))).status_code == 405


def test_any_change_moves_the_set(tmp_path: Path) -> None:
    (tmp_path / "room.js").write_text("1", "utf-8")
    before = StaticFiles(tmp_path)
    (tmp_path / "room.js").write_text("2", "utf-8")
    (tmp_path / ".hidden").write_text("x", "utf-8")
    after = StaticFiles(tmp_path)
    assert before.version != after.version
    assert before.url("look.css") != after.url("look.css")
    with pytest.raises(KeyError):
        after.url(".hidden")


def test_style_sheets_lose_only_what_people_need() -> None:
    body = StaticFiles().body("look.css").decode()
    assert "/*" not in body
    assert "--ink:light-dark(#10242b,#eaf2f1);" in body
    assert 'content:"+"' in body
    # A space is a combinator here: it must survive.
    assert ".top :focus-visible{" in body


def test_sheets_stay_small() -> None:
    static = StaticFiles()
    assert len(static.body("look.css")) <= 14 * 1024
    whole = b"".join(static.body(f"{n}.css") for n in ("look", "phone", "print", "accents"))
    assert len(gzip.compress(whole, 9)) <= 6 * 1024
