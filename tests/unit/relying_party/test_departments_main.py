"""One process, two websites, and nothing built from the Host header."""

import httpx
import pytest
from starlette.applications import Starlette

from relying_party.settings import Settings


async def ask(app: Starlette, host: str, path: str = "/") -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
        return await client.get(f"http://127.0.0.1{path}", headers={"host": host})


@pytest.mark.parametrize(
    ("host", "words"),
    [("licensing.localhost:8181", "Licensing Services"), ("notices.localhost:8181", "Notices")],
)
async def test_each_host_has_its_website(departments: Starlette, host: str, words: str) -> None:
    response = await ask(departments, host)
    assert response.status_code == 200
    assert f"<b>{words}</b>" in response.text
    assert "form-action 'self'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("host", ["evil.example", "licensing.localhost", "127.0.0.1:8181"])
async def test_an_unknown_host_gets_the_list_of_services(departments: Starlette, host: str) -> None:
    response = await ask(departments, host)
    assert response.status_code == 421
    assert "http://licensing.localhost:8181/" in response.text
    assert "evil" not in response.text


async def test_health_answers_for_every_name(departments: Starlette) -> None:
    assert (await ask(departments, "127.0.0.1", "/healthz")).json() == {"status": "ok"}


async def test_no_schema_page_is_published(departments: Starlette) -> None:
    for path in ("/docs", "/openapi.json", "/redoc"):
        assert (await ask(departments, "licensing.localhost:8181", path)).status_code == 404


async def test_a_form_from_another_site_is_refused(departments: Starlette) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=departments)) as client:
        response = await client.post(
            "http://licensing.localhost:8181/logout",
            headers={"sec-fetch-site": "cross-site"},
            data={"csrf_token": "x"},
        )
    assert response.status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://a.example/path", "ftp://localhost", "localhost"]
)
def test_settings_refuse_what_is_no_safe_origin(origin: str) -> None:
    with pytest.raises(ValueError, match="issuer"):
        Settings(issuer=origin)
