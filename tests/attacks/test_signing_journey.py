"""Attacks on a signature's way: from the request to the finished file."""

from __future__ import annotations

import dataclasses

import pytest
import pytest_asyncio
from world.papers import page
from world.signing import Journey

from certs.base.digest import sha256
from certs.trustlist import load
from certs.verification import Policy, verify
from house.world import Idp
from idp.flows import pending

DOCUMENT = page("Application")


@pytest_asyncio.fixture
async def journey(idp: Idp) -> Journey:
    return await Journey.begin(idp)


async def sign(journey: Journey, document: bytes = DOCUMENT) -> str:
    """Up to the activation being stored, and carried out."""
    identifier = await journey.asked(document)
    await journey.citizen.approve(await journey.begun(identifier))
    await pending.sign_now(identifier, journey.idp.world)
    return identifier


async def test_whole_way(journey: Journey) -> None:
    identifier = await journey.asked(DOCUMENT)
    approval_id = await journey.begun(identifier)
    assert (await journey.result(identifier)).status_code == 409
    await journey.citizen.approve(approval_id)
    await pending.sign_now(identifier, journey.idp.world)
    back = await journey.back(approval_id)
    assert back == {
        "signing_request_id": identifier,
        "state": "state-2",
        "iss": journey.idp.issuer,
    }
    result = await journey.result(identifier)
    assert result.status_code == 200
    assert result.headers["content-type"] == "application/pdf"
    assert result.content.startswith(DOCUMENT)
    policy = Policy(trust_list=load(journey.idp.world.authority.trust_list_json))
    report = verify(result.content, policy=policy, now=journey.idp.watch()).as_json()
    assert report["indication"] == "TOTAL-PASSED", report
    assert report["signatures"][0]["time"]["source"] == "timestamp"
    names = ["SigningRequested", "ActivationConsumed", "DocumentSigned"]
    entries = [await journey.idp.events(name) for name in names]
    assert [len(found) for found in entries] == [1, 1, 1]
    assert entries[2][0]["signed_digest"] == sha256(result.content).hex()


# --- before the approval -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matter", "item"),
    [("will", 1), ("power_of_attorney", 3), ("statutory_declaration", 10), ("cheque", 13)],
)
async def test_excluded_matter_by_the_api(journey: Journey, matter: str, item: int) -> None:
    response = await journey.ask(DOCUMENT, matter=matter)
    assert response.status_code == 422
    body = response.json()
    assert (body["error"], body["eto_code"], body["item"]) == (
        "excluded_matter",
        "ETO_EXCLUDED_SCH1",
        item,
    )
    assert (await journey.idp.events("SigningExcluded"))[0]["matter"] == matter
    assert not await journey.idp.events("SigningRequested")


async def test_more_pages_than_both_screens_show(journey: Journey) -> None:
    few = dataclasses.replace(journey.idp.world.policy, max_document_pages=0)
    world = dataclasses.replace(journey.idp.world, policy=few)
    journey.idp.app.state.world = world

    response = await journey.ask(DOCUMENT)

    assert response.status_code == 400
    assert response.json()["error"] == "invalid_document"
    assert not await journey.idp.events("SigningRequested")


async def test_sign_uri_speaks_the_departments_language(journey: Journey) -> None:
    response = await journey.ask(DOCUMENT, ui_locales="fr zh-HK")
    assert response.json()["sign_uri"].endswith("?lang=zh-Hant-HK")


async def test_matter_nobody_has_decided_about(journey: Journey) -> None:
    assert (await journey.ask(DOCUMENT, matter="something_new")).status_code == 400


async def test_department_that_may_not_ask(idp: Idp) -> None:
    journey = await Journey.begin(idp, capabilities=["seal"])
    assert (await journey.ask(DOCUMENT)).json()["error"] == "unauthorized_client"


async def test_subject_of_another_department(journey: Journey, idp: Idp) -> None:
    other = await idp.department("taxes")
    theirs = dataclasses.replace(journey, department=other)
    response = await theirs.ask(DOCUMENT, redirect_uri=other.client.signing_redirect_uris[0])
    assert response.status_code == 400
    assert "subject" in response.json()["error_description"]


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://evil.localhost/"},
        {"redirect_uri": "http://licensing.localhost:8201/sign/callback?x=1"},
        {"title": "Application\u202efdp.exe"},
        {"title": "A" * 121},
        {"purpose": "zero\u200bwidth"},
        {"purpose": ""},
        {"matter": "Licence Renewal"},
        {"sub": ""},
        {"state": "s" * 513},
    ],
)
async def test_request_with_one_thing_wrong(journey: Journey, changes: dict[str, str]) -> None:
    response = await journey.ask(DOCUMENT, **changes)
    assert response.status_code == 400, response.text


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"hello",
        b"%PDF-1.7\nnothing",
        b"PK\x03\x04" + b"\0" * 100,
        DOCUMENT.replace(
            b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (x) >>"
        ),
        DOCUMENT + b"trailing bytes that no reader shows",
    ],
    ids=["empty", "text", "broken", "zip", "javascript", "trailing"],
)
async def test_document_that_cannot_be_signed(journey: Journey, document: bytes) -> None:
    response = await journey.ask(document)
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_document"


async def test_document_over_the_limit(journey: Journey) -> None:
    big = b"%PDF-1.7\n" + b"0" * (journey.idp.world.policy.max_document_bytes + 200_000)
    assert (await journey.ask(big)).status_code == 413


async def test_two_documents_in_one_form(journey: Journey) -> None:
    boundary = "b"
    part = (
        '--b\r\nContent-Disposition: form-data; name="document"; filename="a"\r\n'
        "Content-Type: application/pdf\r\n\r\n%PDF-1.7\r\n"
    )
    response = await journey.browser._send(
        "POST",
        "/signing/requests",
        {"content-type": f"multipart/form-data; boundary={boundary}"},
        (part * 2 + "--b--\r\n").encode(),
    )
    assert response.status_code == 400


# --- the browser -------------------------------------------------------------------------------


async def test_sign_uri_opened_by_a_second_browser(journey: Journey) -> None:
    identifier = await journey.asked(DOCUMENT)
    approval_id = await journey.begun(identifier)
    thief = journey.idp.browser()
    assert (await thief.get(f"/signing/{identifier}")).status_code == 403
    assert (await thief.get(f"/signing/{identifier}/pages/1.png")).status_code == 404
    assert (await thief.get(f"/signing/{identifier}/document.pdf")).status_code == 404
    assert await journey.begun(identifier) == approval_id
    shown = await journey.browser.get(f"/signing/{identifier}/pages/1.png")
    assert shown.headers["content-type"] == "image/png"


async def test_another_browser_cannot_go_on(journey: Journey) -> None:
    identifier = await journey.asked(DOCUMENT)
    approval_id = await journey.begun(identifier)
    await journey.citizen.approve(approval_id)
    thief = journey.idp.browser()
    assert (await thief.get(f"/approvals/{approval_id}/continue")).status_code == 403


async def test_rejected(journey: Journey) -> None:
    identifier = await journey.asked(DOCUMENT)
    approval_id = await journey.begun(identifier)
    await journey.citizen.reject(approval_id)
    assert (await journey.back(approval_id))["error"] == "access_denied"
    result = await journey.result(identifier)
    assert (result.status_code, result.json()["error"]) == (410, "access_denied")


async def test_expired_without_anybody_coming_back(journey: Journey) -> None:
    identifier = await journey.asked(DOCUMENT)
    approval_id = await journey.begun(identifier)
    journey.idp.watch.advance(minutes=6)
    result = await journey.result(identifier)
    assert (result.status_code, result.json()["error"]) == (410, "expired")
    assert (await journey.back(approval_id))["error"] == "expired"


async def test_never_begun(journey: Journey) -> None:
    identifier = await journey.asked(DOCUMENT)
    journey.idp.watch.advance(minutes=31)
    assert (await journey.result(identifier)).json()["error"] == "expired"
    assert (await journey.browser.get(f"/signing/{identifier}")).status_code == 400


async def test_result_for_another_department(journey: Journey, idp: Idp) -> None:
    identifier = await sign(journey)
    other = dataclasses.replace(journey, department=await idp.department("taxes"))
    assert (await other.result(identifier)).status_code == 404
    assert (await journey.result(identifier)).status_code == 200
