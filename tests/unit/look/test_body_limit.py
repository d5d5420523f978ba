"""A body over the limit is refused before it fills the memory."""

from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import Body, FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message

from look.security import BodyLimit


def _app() -> FastAPI:
    app = FastAPI()

    @app.post("/json")
    async def takes_json(value: Annotated[dict[str, str], Body()]) -> dict[str, int]:
        return {"length": len(value)}

    async def counts(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def ignores(request: Request) -> Response:
        return PlainTextResponse("unread")

    app.add_route("/upload/file", counts, methods=["POST"])
    app.add_route("/count", counts, methods=["POST"])
    app.add_route("/ignore", ignores, methods=["POST"])
    return app


@pytest.fixture
def client() -> httpx.AsyncClient:
    limited = BodyLimit(_app(), limit=1000, larger={"/upload": 5000})
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=limited), base_url="http://x.localhost"
    )


async def _chunks(total: int) -> AsyncIterator[bytes]:
    for _ in range(total // 100):
        yield b"x" * 100


async def test_body_of_the_limit_passes(client: httpx.AsyncClient) -> None:
    assert (await client.post("/count", content=b"x" * 1000)).text == "1000"


async def test_declared_length_over_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post("/count", content=b"x" * 1001)
    assert response.status_code == 413
    assert response.json()["error"] == "invalid_request"


async def test_undeclared_length_is_counted(client: httpx.AsyncClient) -> None:
    assert (await client.post("/count", content=_chunks(1000))).text == "1000"
    assert (await client.post("/count", content=_chunks(1100))).status_code == 413


async def test_refusal_survives_a_framework_that_catches_it(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/json", content=_chunks(2000), headers={"content-type": "application/json"}
    )
    assert response.status_code == 413


async def test_unread_body_does_not_matter(client: httpx.AsyncClient) -> None:
    assert (await client.post("/ignore", content=_chunks(2000))).text == "unread"


async def test_larger_limit_by_path(client: httpx.AsyncClient) -> None:
    assert (await client.post("/upload/file", content=b"x" * 5000)).text == "5000"
    assert (await client.post("/upload/file", content=b"x" * 5001)).status_code == 413


async def test_people_get_a_page_in_three_languages(client: httpx.AsyncClient) -> None:
    response = await client.post("/count", content=b"x" * 2000, headers={"accept": "text/html,*/*"})
    assert response.status_code == 413
    assert response.headers["content-type"].startswith("text/html")
    assert 'lang="zh-Hant-HK"' in response.text
    assert 'lang="zh-Hans"' in response.text


async def test_nothing_is_read_of_a_body_that_says_it_is_too_large() -> None:
    read: list[int] = []
    await _run(read, headers=[(b"content-length", b"1001")])
    assert read == []


async def test_reading_stops_at_the_limit() -> None:
    read: list[int] = []
    await _run(read, headers=[])
    assert sum(read) <= 1100


async def _run(read: list[int], headers: list[tuple[bytes, bytes]]) -> None:
    """Send 5,000 bytes in pieces to an app that wants them all; `read` gets what was fetched."""

    async def receive() -> Message:
        read.append(100)
        return {"type": "http.request", "body": b"x" * 100, "more_body": len(read) < 50}

    statuses: list[int] = []

    async def send(message: Message) -> None:
        statuses.append(message.get("status", 0))

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/count",
        "raw_path": b"/count",
        "query_string": b"",
        "headers": headers,
    }
    await BodyLimit(_app(), limit=1000)(scope, receive, send)
    assert statuses[0] == 413
