"""Attacks on a signature's way: from the request to the finished file."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import update
from world.papers import page
from world.signing import Journey, accept_certificate, room_on

from certs.base.digest import sha256
from certs.trustlist import load
from certs.verification import Policy, verify
from house.world import Idp
from idp.domain.signing import SigningState
from idp.flows import pending
from idp.ports.signing_room import KeySignature, SigningOrder
from idp.storage.certificates import signing_certificates
from idp.storage.signing import signing_documents

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


# --- between approval and signature ------------------------------------------------------------


async def test_document_swapped_in_the_database_after_the_approval(journey: Journey) -> None:
    identifier = await journey.asked(DOCUMENT)
    await journey.citizen.approve(await journey.begun(identifier))
    async with journey.idp.world.storage.unit_of_work() as work:
        await work._connection.execute(  # type: ignore[attr-defined]
            update(signing_documents).values(document=page("Deed of gift"))
        )
    await pending.sign_now(identifier, journey.idp.world)
    found = await journey.request(identifier)
    assert (found.state, found.failure) == (SigningState.REFUSED, "activation_other_document")


async def test_wrapped_key_of_somebody_else_in_the_database(journey: Journey, idp: Idp) -> None:
    other = await idp.citizen(idp.residents()[1])
    await accept_certificate(other)
    async with idp.world.storage.unit_of_work() as work:
        theirs = await work.certificates.of_device(other.phone.device_id)
        assert theirs is not None
        await work._connection.execute(  # type: ignore[attr-defined]
            update(signing_certificates)
            .where(signing_certificates.c.person_id == journey.citizen.phone.person_id)
            .values(wrapped_key=theirs.wrapped_key)
        )
    identifier = await sign(journey)
    assert (await journey.request(identifier)).failure == "activation_other_key"


async def test_activation_of_another_request_written_into_this_one(journey: Journey) -> None:
    """The same document twice: an old activation must not sign the second request."""
    first = await sign(journey)
    assert (await journey.request(first)).state is SigningState.SIGNED
    second = await journey.asked(DOCUMENT)
    await journey.begun(second)
    async with journey.idp.world.storage.unit_of_work() as work:
        stored = await work.signing.activation(first)
        assert stored is not None
        await work.signing.approve(second, *stored, journey.idp.watch())
    await pending.sign_now(second, journey.idp.world)
    assert (await journey.request(second)).failure == "activation_used"


async def test_sign_now_many_times_at_once_makes_one_signature(journey: Journey) -> None:
    identifier = await journey.asked(DOCUMENT)
    await journey.citizen.approve(await journey.begun(identifier))
    await asyncio.gather(*(pending.sign_now(identifier, journey.idp.world) for _ in range(5)))
    assert len(journey.room.orders) == 1
    assert len(await journey.idp.events("ActivationConsumed")) == 1
    assert (await journey.request(identifier)).state is SigningState.SIGNED


@pytest.mark.parametrize("what", ["suspend", "revoke"])
async def test_certificate_not_in_force_at_signing(journey: Journey, what: str) -> None:
    identifier = await journey.asked(DOCUMENT)
    await journey.citizen.approve(await journey.begun(identifier))
    async with journey.idp.world.storage.unit_of_work() as work:
        held = await work.certificates.of_device(journey.citizen.phone.device_id)
    assert held is not None
    getattr(journey.idp.world.authority, what)(held.serial)
    await pending.sign_now(identifier, journey.idp.world)
    assert not journey.room.orders
    assert (await journey.request(identifier)).failure in {
        "certificate_suspended",
        "certificate_revoked",
    }


# --- crashes -----------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here: nothing after it runs."""


async def approved(journey: Journey) -> str:
    identifier = await journey.asked(DOCUMENT)
    await journey.citizen.approve(await journey.begun(identifier))
    return identifier


async def test_crash_before_the_intent_loses_nothing(journey: Journey) -> None:
    identifier = await approved(journey)
    journey.room = room_on(journey.idp.watch)  # a new process: the room remembers nothing
    journey.idp.world = dataclasses.replace(journey.idp.world, signing_room=journey.room)
    await pending.carry_out(journey.idp.world)
    assert (await journey.request(identifier)).state is SigningState.SIGNED


@pytest.mark.parametrize("where", ["in_the_room", "after_the_signature"])
async def test_crash_after_the_intent_ends_refused_and_is_never_retried(
    journey: Journey, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = await approved(journey)

    def die(order: SigningOrder) -> SigningOrder:
        raise Killed

    def die_later(made: KeySignature, *_: object) -> bytes:
        raise Killed

    if where == "in_the_room":
        journey.room.before = die
    else:
        monkeypatch.setattr(pending, "_complete", die_later)
    with pytest.raises(Killed):
        await pending.sign_now(identifier, journey.idp.world)
    monkeypatch.undo()
    fresh = room_on(journey.idp.watch)
    world = dataclasses.replace(journey.idp.world, signing_room=fresh)
    await pending.carry_out(world)  # another process may still be at work on it
    assert (await journey.request(identifier)).state is SigningState.APPROVED
    journey.idp.watch.advance(seconds=61)
    await pending.carry_out(world)
    found = await journey.request(identifier)
    assert (found.state, found.failure) == (SigningState.REFUSED, "interrupted")
    assert not fresh.orders
    assert (await journey.result(identifier)).json()["error"] == "interrupted"
    assert (await journey.idp.events("SigningFailed"))[0]["reason"] == "interrupted"
    assert not await journey.idp.events("DocumentSigned")


async def test_late_finisher_does_not_revive_an_interrupted_request(journey: Journey) -> None:
    identifier = await approved(journey)

    def too_slow(order: SigningOrder) -> SigningOrder:
        journey.idp.watch.advance(seconds=61)
        return order

    journey.room.before = too_slow
    signing = asyncio.create_task(pending.sign_now(identifier, journey.idp.world))
    await signing
    # It finished before anybody looked: that is fine. Now the other order:
    second = await approved(journey)
    async with journey.idp.world.storage.unit_of_work() as work:
        assert await work.signing.consume_activation(second, datetime(2026, 1, 1, tzinfo=UTC))
    await pending.carry_out(journey.idp.world)
    async with journey.idp.world.storage.unit_of_work() as work:
        assert not await work.signing.finish(second, b"late", journey.idp.watch())
        assert await work.signing.signed_document(second) is None
