"""A body over the limit is refused before it fills the memory."""

from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import Body, FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

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
