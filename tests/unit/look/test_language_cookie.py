"""A chosen language is remembered and nothing else is."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from look.language_cookie import LanguageCookie, language_of


async def _tells(request: Request) -> Response:
    return PlainTextResponse(language_of(request))


def _client() -> httpx.AsyncClient:
    app = LanguageCookie(Starlette(routes=[Route("/", _tells)]))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x.localhost")


async def test_link_sets_the_cookie_and_the_next_page_follows_it() -> None:
    async with _client() as client:
        first = await client.get("/?x=1&lang=zh-Hans")
        assert first.text == "zh-Hans"
        assert "SameSite=Lax" in first.headers["set-cookie"]
        second = await client.get("/", headers={"accept-language": "en"})
        assert second.text == "zh-Hans"
        assert "set-cookie" not in second.headers


@pytest.mark.parametrize(
    "query", ["lang=fr", "lang=", "lang=en%0d%0aset-cookie:x=1", "lang=en&lang=zh-Hans", "xlang=en"]
)
async def test_nothing_else_is_remembered(query: str) -> None:
    async with _client() as client:
        assert "set-cookie" not in (await client.get(f"/?{query}")).headers


async def test_service_and_browser_are_asked_without_a_choice() -> None:
    async with _client() as client:
        assert (await client.get("/?ui_locales=zh-HK%20en")).text == "zh-Hant-HK"
        assert (await client.get("/", headers={"accept-language": "zh-CN"})).text == "zh-Hans"
