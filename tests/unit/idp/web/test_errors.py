"""The one mapping of refusals: JSON for machines, pages for people, nothing that gives away."""

import pytest
from starlette.routing import Route

from house.world import Idp


async def test_a_person_gets_a_page_with_a_reference(idp: Idp) -> None:
    response = await idp.browser().get("/nowhere")
    assert response.status_code == 404
    assert "<h1>This page does not exist</h1>" in response.text
    assert "If you ask for help" in response.text


async def test_a_page_speaks_the_readers_language(idp: Idp) -> None:
    response = await idp.browser().get("/nowhere", accept_language="zh-HK")
    assert 'lang="zh-Hant-HK"' in response.text


async def test_a_program_gets_json(idp: Idp) -> None:
    browser = idp.browser()
    response = await browser.get("/nowhere", accept="application/json")
    assert response.json()["error"] == "not_found"
    response = await browser.get("/userinfo")  # a machine's path, whatever is accepted
    assert (response.status_code, response.json()["error"]) == (401, "invalid_token")
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_what_nobody_foresaw_is_answered_without_a_word_about_it(
    idp: Idp, accept: str
) -> None:
    async def fail(_: object) -> None:
        raise RuntimeError("hkid Z999999(9)")

    idp.app.router.routes.insert(0, Route("/fail", fail))
    response = await idp.browser().get("/fail", accept=accept)
    assert response.status_code == 500
    assert "Z999999" not in response.text
    assert "RuntimeError" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


async def test_nothing_redirects_by_the_requests_host(idp: Idp) -> None:
    response = await idp.browser().get("/par/", host="evil.example")
    assert response.status_code == 404
    assert "evil" not in str(response.headers)
