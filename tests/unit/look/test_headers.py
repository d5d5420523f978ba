"""Headers on every answer."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from look.security import SecurityHeaders, allow_form_action


async def _plain(request: Request) -> Response:
    return PlainTextResponse("x")


async def _cached(request: Request) -> Response:
    return PlainTextResponse("x", headers={"cache-control": "public, max-age=60"})


async def _leads_back(request: Request) -> Response:
    allow_form_action(request, request.query_params["origin"])
    return PlainTextResponse("x")


def _client(*, https: bool = False) -> httpx.AsyncClient:
    app = Starlette(
        routes=[Route("/", _plain), Route("/cached", _cached), Route("/back", _leads_back)]
    )
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=SecurityHeaders(app, https=https)),
        base_url="http://x.localhost",
    )


def _policy(response: httpx.Response) -> dict[str, str]:
    parts = response.headers["content-security-policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


async def test_policy_allows_this_origin_alone() -> None:
    async with _client() as client:
        response = await client.get("/")
    policy = _policy(response)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "app-sw"
    assert "unsafe" not in response.headers["content-security-policy"]


async def test_other_headers_and_no_store_by_default() -> None:
    async with _client() as client:
        headers = (await client.get("/nothing-here")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=(self)" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


async def test_an_answer_may_say_that_it_can_be_cached() -> None:
    async with _client() as client:
        assert (await client.get("/cached")).headers["cache-control"] == "public, max-age=60"


async def test_hsts_with_https_only() -> None:
    async with _client(https=True) as client:
        response = await client.get("/")
    assert response.headers["strict-transport-security"].startswith("max-age=31536000")


async def test_form_action_is_widened_for_one_answer() -> None:
    async with _client() as client:
        widened = await client.get("/back", params={"origin": "http://licensing.localhost:8001"})
        after = await client.get("/")
    assert _policy(widened)["form-action"] == "'self' http://licensing.localhost:8001"
    assert _policy(after)["form-action"] == "'self'"


@pytest.mark.parametrize(
    "origin",
    [
        "https://a.example/path",
        "https://a.example; script-src *",
        "https://a.example *",
        "https://*.example",
        "javascript:alert(1)",
        "https://a.example\n",
        "",
    ],
)
async def test_form_action_takes_nothing_but_an_origin(origin: str) -> None:
    async with _client() as client:
        with pytest.raises(ValueError, match="not an origin"):
            await client.get("/back", params={"origin": origin})
