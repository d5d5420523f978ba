"""Attacks and crashes between the approval and the finished file."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import update
from world.papers import page
from world.signing import Journey, accept_certificate, room_on

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


async def sign(journey: Journey) -> str:
    """Up to the activation being stored, and carried out."""
    identifier = await journey.asked(DOCUMENT)
    await journey.citizen.approve(await journey.begun(identifier))
    await pending.sign_now(identifier, journey.idp.world)
    return identifier


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
