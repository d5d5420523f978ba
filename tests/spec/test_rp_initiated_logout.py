"""OpenID Connect RP-Initiated Logout 1.0."""

from typing import Any

import pytest

from house.browsing import Browser
from house.department import Department
from house.world import Idp


async def _logged_in(idp: Idp) -> tuple[Department, Browser, dict[str, Any]]:
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    back = await citizen.log_in(department, browser)
    tokens = (await department.token(browser, code=back["code"])).json()
    return department, browser, tokens


@pytest.mark.parametrize("method", ["get", "post"])
async def test_2_a_hint_for_this_session_logs_out_and_goes_back(idp: Idp, method: str) -> None:
    department, browser, tokens = await _logged_in(idp)
    parameters = {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": department.client.post_logout_redirect_uris[0],
        "state": "s 1",
    }
    if method == "get":
        from urllib.parse import urlencode

        response = await browser.get("/end_session?" + urlencode(parameters))
    else:
        response = await browser.post("/end_session", parameters, sec_fetch_site="cross-site")
    assert response.status_code == 303
    assert response.headers["location"] == "http://licensing.localhost:8201/?state=s+1"
    assert "__Host-session" not in browser.cookies
    assert [e["reason"] for e in await idp.events("SessionEnded")] == ["logged_out"]


async def test_2_an_expired_hint_will_do(idp: Idp) -> None:
    _, browser, tokens = await _logged_in(idp)
    idp.watch.advance(minutes=20)
    response = await browser.get("/end_session?id_token_hint=" + tokens["id_token"])
    assert "<h1>You are logged out</h1>" in response.text


async def test_2_hint_and_client_id_must_agree(idp: Idp) -> None:
    _, browser, tokens = await _logged_in(idp)
    response = await browser.get(
        f"/end_session?client_id=notices&id_token_hint={tokens['id_token']}"
    )
    assert response.status_code == 400


async def test_2_without_parameters_the_citizen_is_asked(idp: Idp) -> None:
    _, browser, _ = await _logged_in(idp)
    assert "<h1>Log out?</h1>" in (await browser.get("/end_session")).text


async def test_2_who_is_not_logged_in_is_not_asked(idp: Idp) -> None:
    await idp.department()
    browser = idp.browser()
    assert "<h1>You are logged out</h1>" in (await browser.get("/end_session")).text
    back = "http://licensing.localhost:8201/"
    url = f"/end_session?client_id=licensing&post_logout_redirect_uri={back}"
    assert (await browser.get(url)).headers["location"] == back


async def test_3_logging_out_twice_is_no_error(idp: Idp) -> None:
    _, browser, tokens = await _logged_in(idp)
    for _ in range(2):
        response = await browser.get("/end_session?id_token_hint=" + tokens["id_token"])
        assert response.status_code == 200
    assert len(await idp.events("SessionEnded")) == 1
