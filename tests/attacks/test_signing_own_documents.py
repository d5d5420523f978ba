"""Signing a document of one's own: the whole way, and what must not pass."""

from __future__ import annotations

import re

import httpx
import pytest
import pytest_asyncio
from world.papers import page
from world.signing import Journey

from certs.trustlist import load
from certs.verification import Policy, verify
from house.browsing import Browser
from house.world import Idp
from idp.flows import pending
from idp.flows.own import CLIENT_ID
from idp.signing.eligibility import builtin
from idp.web.matters import EXCLUDED, MATTERS

DOCUMENT = page("An agreement")


@pytest_asyncio.fixture
async def journey(idp: Idp) -> Journey:
    return await Journey.begin(idp)


async def token(browser: Browser) -> str:
    shown = await browser.get("/sign")
    assert shown.status_code == 200, shown.text
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', shown.text)
    assert found is not None, shown.text
    return found[1]


async def upload(
    browser: Browser,
    document: bytes = DOCUMENT,
    headers: dict[str, str] | None = None,
    **fields: str,
) -> httpx.Response:
    form = {"csrf_token": await token(browser), "matter": "general"} | fields
    request = httpx.Request(
        "POST",
        "http://x/",
        data=form,
        files={"document": ("my.pdf", document, "application/pdf")},
    )
    sent = {"content-type": request.headers["content-type"]} | (headers or {})
    return await browser._send("POST", "/signing/own", sent, request.read())


async def test_whole_way(journey: Journey) -> None:
    response = await upload(journey.browser, title="租約草稿 draft", purpose="")
    assert response.status_code == 303, response.text
    identifier = response.headers["location"].removeprefix("/signing/")
    approval_id = await journey.begun(identifier)
    await journey.citizen.approve(approval_id)
    await pending.sign_now(identifier, journey.idp.world)
    back = await journey.browser.get(f"/approvals/{approval_id}/continue")
    assert back.headers["location"].startswith(f"{journey.idp.issuer}/sign/done?")
    done = await journey.browser.get(back.headers["location"].removeprefix(journey.idp.issuer))
    assert done.status_code == 200
    signed = await journey.browser.get(f"/signing/{identifier}/signed.pdf")
    policy = Policy(trust_list=load(journey.idp.world.authority.trust_list_json))
    report = verify(signed.content, policy=policy, now=journey.idp.watch()).as_json()
    assert report["indication"] == "TOTAL-PASSED"
    assert signed.content.startswith(DOCUMENT)


@pytest.mark.parametrize("matter", ["will", "tenancy_agreement", "court_document"])
async def test_excluded_matter_is_explained_and_refused(journey: Journey, matter: str) -> None:
    response = await upload(journey.browser, matter=matter)
    assert response.status_code == 422
    assert "on paper" in response.text
    assert not await journey.idp.events("SigningRequested")


@pytest.mark.parametrize(
    "changes",
    [{"matter": "nonsense"}, {"matter": ""}, {"title": "a\u202eb"}, {"purpose": "\u200b"}],
)
async def test_field_that_is_wrong(journey: Journey, changes: dict[str, str]) -> None:
    assert (await upload(journey.browser, **changes)).status_code == 400


@pytest.mark.parametrize(
    "document", [b"", b"<html>", b"%PDF-1.4 broken"], ids=["empty", "html", "broken"]
)
async def test_file_that_is_no_document(journey: Journey, document: bytes) -> None:
    response = await upload(journey.browser, document)
    assert response.status_code == 400
    assert 'role="alert"' in response.text


async def test_form_from_another_site(journey: Journey) -> None:
    response = await upload(journey.browser, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403
    assert (await upload(journey.browser, csrf_token="0" * 64)).status_code == 403


async def test_without_a_session(journey: Journey) -> None:
    stranger = journey.idp.browser()
    shown = await stranger.get("/sign")
    assert 'type="file"' not in shown.text


async def test_nobody_can_speak_for_the_provider_itself(journey: Journey) -> None:
    await upload(journey.browser)
    form = journey.department.authenticated(client_id=CLIENT_ID)
    response = await journey.browser.post("/par", form, accept="application/json")
    assert response.status_code == 401


async def test_result_of_somebody_else(journey: Journey) -> None:
    identifier = (await upload(journey.browser)).headers["location"].removeprefix("/signing/")
    await journey.begun(identifier)
    thief = journey.idp.browser()
    assert (await thief.get(f"/sign/done?signing_request_id={identifier}")).status_code == 404
    assert (await thief.get(f"/signing/{identifier}/text")).status_code == 404
    assert (await thief.get(f"/signing/{identifier}/signed.pdf")).status_code == 404


def test_every_matter_and_every_exclusion_has_words() -> None:
    matters = builtin().by_slug
    assert set(MATTERS) == set(matters)
    codes = {f"ETO_EXCLUDED_S{m.section}" for m in matters.values() if m.section}
    assert set(EXCLUDED) == codes | {"ETO_EXCLUDED_SCH1"}
