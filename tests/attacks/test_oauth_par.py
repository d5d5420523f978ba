"""Pushed requests: borrowed, guessed, late, used twice; bodies of the wrong kind."""

import asyncio
import json

import pytest

from house.browsing import answered
from house.citizen import approval_of
from house.world import Idp


async def test_another_clients_request_uri_gets_a_page(idp: Idp) -> None:
    """Row 81, T08."""
    owner, other = await idp.department(), await idp.department("notices")
    browser = idp.browser()
    request_uri = await owner.request_uri(browser)
    response = await browser.get(other.authorize_url(request_uri))
    assert response.status_code == 400
    assert "location" not in response.headers


@pytest.mark.parametrize(
    "request_uri",
    [
        "urn:ietf:params:oauth:request_uri:" + "A" * 43,
        "urn:ietf:params:oauth:request_uri:",
        "https://licensing.localhost:8201/request.jwt",
        "http://127.0.0.1:1/",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
    ],
)
async def test_a_guessed_or_foreign_request_uri_gets_a_page(idp: Idp, request_uri: str) -> None:
    """Rows 83, 90: nothing is ever fetched."""
    department = await idp.department()
    response = await idp.browser().get(department.authorize_url(request_uri))
    assert response.status_code == 400
    assert "location" not in response.headers


async def test_a_request_uri_expires_after_ninety_seconds(idp: Idp) -> None:
    """Row 83."""
    department, browser = await idp.department(), idp.browser()
    url = department.authorize_url(await department.request_uri(browser))
    idp.watch.advance(seconds=89)
    assert (await browser.get(url)).status_code == 303
    idp.watch.advance(seconds=1)
    response = await browser.get(url)
    assert response.status_code == 400
    assert "<h1>The request has expired</h1>" in response.text


async def test_an_approval_may_take_longer_than_the_request_uri_lives(idp: Idp) -> None:
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    shown = await browser.get(department.authorize_url(await department.request_uri(browser)))
    idp.watch.advance(minutes=3)
    await citizen.approve(approval_of(shown))
    back = answered(await browser.get(shown.headers["location"] + "/continue"))
    assert (await department.token(browser, code=back["code"])).status_code == 200


async def test_reloading_is_fine_until_an_authorization_came_of_it(idp: Idp) -> None:
    """Row 82; FAPI 2.0 SP §5.3.2.2 note."""
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    url = department.authorize_url(await department.request_uri(browser))
    first, second = await browser.get(url), await browser.get(url)
    for shown in (first, second):
        await citizen.approve(approval_of(shown))
    assert "code" in answered(await browser.get(first.headers["location"] + "/continue"))
    late = await browser.get(second.headers["location"] + "/continue")
    assert late.status_code == 400
    assert "location" not in late.headers
    assert (await browser.get(url)).status_code == 400


async def test_ten_continuations_at_once_make_one_code(idp: Idp) -> None:
    """Row 82: one approval, one code."""
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    shown = await browser.get(department.authorize_url(await department.request_uri(browser)))
    await citizen.approve(approval_of(shown))
    url = shown.headers["location"] + "/continue"
    answers = await asyncio.gather(*(browser.get(url) for _ in range(10)))
    assert sorted(a.status_code for a in answers) == [303] + [400] * 9
    assert len(await idp.events("CodeIssued")) == 1


async def test_silent_use_spends_the_request_as_well(idp: Idp) -> None:
    """Row 27 (CVE-2026-96446): prompt=none takes the same path."""
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    await citizen.log_in(department, browser)
    url = department.authorize_url(await department.request_uri(browser, prompt="none"))
    answers = await asyncio.gather(*(browser.get(url) for _ in range(5)))
    assert sorted(a.status_code for a in answers) == [303] + [400] * 4


async def test_a_rejected_request_cannot_be_tried_again(idp: Idp) -> None:
    """Row 135: first outcome wins; the refusal travels with iss and state."""
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    url = department.authorize_url(await department.request_uri(browser))
    shown = await browser.get(url)
    await citizen.reject(approval_of(shown))
    back = answered(await browser.get(shown.headers["location"] + "/continue"))
    assert back == {
        "error": "access_denied",
        "error_description": "rejected",
        "state": "state-1",
        "iss": idp.issuer,
    }
    assert (await browser.get(url)).status_code == 400


async def test_a_waiting_approval_gives_nothing(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    shown = await browser.get(department.authorize_url(await department.request_uri(browser)))
    early = await browser.get(shown.headers["location"] + "/continue")
    assert early.status_code == 409
    assert "location" not in early.headers


async def test_an_approval_that_ran_out_is_a_refusal(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    shown = await browser.get(department.authorize_url(await department.request_uri(browser)))
    idp.watch.advance(minutes=5)
    back = answered(await browser.get(shown.headers["location"] + "/continue"))
    assert (back["error"], back["error_description"]) == ("access_denied", "expired")


async def test_a_push_takes_no_request_uri_and_no_other_kind_of_body(idp: Idp) -> None:
    """Row 84, RFC 9126 §2.1."""
    department, browser = await idp.department(), idp.browser()
    nested = await department.push(
        browser, request_uri="urn:ietf:params:oauth:request_uri:" + "A" * 43
    )
    assert (nested.status_code, nested.json()["error"]) == (400, "invalid_request")
    assert (await browser.get("/par")).status_code == 405
    form = department.authenticated(**department.request())
    as_json = await browser._client.post("/par", content=json.dumps(form))
    assert as_json.status_code == 400
    in_query = await browser._client.post("/par?client_id=licensing", data=form)
    assert in_query.status_code == 400


async def test_a_body_over_the_limit_is_refused(idp: Idp) -> None:
    """Row 93."""
    department = await idp.department()
    response = await department.push(idp.browser(), x="x" * 70_000)
    assert response.status_code == 413


async def test_a_purpose_that_reorders_itself_is_refused(idp: Idp) -> None:
    """Row 160, row 34: citizens read it on both screens."""
    department = await idp.department()
    for purpose in ("Renew \u202e licence", "Renew\u200b licence", "Renew \U000e0041 licence"):
        response = await department.push(idp.browser(), purpose=purpose)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
