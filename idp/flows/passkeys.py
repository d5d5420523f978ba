"""Passkey ceremonies: binding a phone to a resident, and signing in with the passkey again.

Challenges travel in a sealed ticket (a cookie of the browser that asked) and are spent in the
database: each is answered at most once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from idp.approval import assertion, ticket
from idp.domain.errors import JourneyError
from idp.domain.events import DeviceBound, PhoneSignedIn
from idp.domain.person import Device, Person
from idp.domain.session import Session, SessionKind
from idp.domain.values import Secret, base64url
from idp.flows.at_the_phone import party
from idp.ports.world import UnitOfWork, World
from idp.protocol.token.id_token import ACR_PASSKEY, amr_of

CHALLENGE_BYTES: Final = 32
LIFETIME: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceremony:
    """A ceremony that was begun: options for the browser, and the ticket it brings back."""

    options: Mapping[str, Any]
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A phone session began; `cookie` goes to its owner and is stored as a digest only."""

    session: Session
    cookie: Secret


async def begin_binding(person_id: str, world: World, now: datetime) -> Ceremony:
    """Begin to bind this browser as the phone of a resident.

    Demonstration only: anybody may become any (invented) resident by it.
    Raises JourneyError `not_found`.
    """
    if not world.policy.demonstration:
        raise JourneyError("not_found")
    async with world.storage.unit_of_work() as work:
        person = await _person(work, person_id)
    challenge = world.entropy(CHALLENGE_BYTES)
    options = assertion.creation_options(
        party(world),
        challenge=challenge,
        person_id=person_id,
        name=person.value("name_en") or person_id,
    )
    return Ceremony(
        options=options, ticket=_ticket(world, "bind", challenge, now, person_id=person_id)
    )


async def bind(
    credential: Mapping[str, Any], ticket_text: str, described_as: str, world: World, now: datetime
) -> SignedIn:
    """Bind the phone: keep its passkey, begin its session.

    Raises JourneyError: `not_found` outside the demonstration, `ceremony_expired`,
    `passkey_refused`.
    """
    if not world.policy.demonstration:
        raise JourneyError("not_found")
    facts = _facts(world, "bind", ticket_text, now)
    challenge = ticket.decode_base64url(facts["challenge"])
    made = assertion.check_registration(credential, party(world), challenge=challenge)
    device = Device(
        device_id=base64url(world.entropy(18)),
        person_id=facts["person_id"],
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        backed_up=made.synced,
        nickname=described_as,
        added_at=now,
        last_used_at=now,
    )
    async with world.storage.unit_of_work() as work:
        await _spend(work, facts["challenge"], now)
        if await work.devices.by_credential(made.credential_id) is not None:
            raise JourneyError("passkey_refused")
        await work.devices.add(device)
        event = DeviceBound(
            device_id=device.device_id, backed_up=made.synced, person_id=device.person_id
        )
        await work.events.record(event, now)
        return await _begin_session(work, device, described_as, world, now)


def begin_sign_in(world: World, now: datetime) -> Ceremony:
    """Begin a sign-in with a discoverable passkey: nobody is named beforehand."""
    challenge = world.entropy(CHALLENGE_BYTES)
    options = assertion.request_options(party(world), challenge=challenge)
    return Ceremony(options=options, ticket=_ticket(world, "sign-in", challenge, now))


async def sign_in(
    credential: Mapping[str, Any], ticket_text: str, described_as: str, world: World, now: datetime
) -> SignedIn:
    """Open the phone app with its passkey.

    Raises JourneyError: `ceremony_expired`, `passkey_refused`, `passkey_unknown` for a passkey
    that was removed or never bound.
    """
    facts = _facts(world, "sign-in", ticket_text, now)
    async with world.storage.unit_of_work() as work:
        device = await work.devices.by_credential(assertion.credential_id(credential))
        if device is None:
            raise JourneyError("passkey_unknown")
        counter = assertion.check_assertion(
            credential,
            party(world),
            device,
            challenge=ticket.decode_base64url(facts["challenge"]),
        )
        await _spend(work, facts["challenge"], now)
        await work.devices.used(device.device_id, counter, now)
        signed_in = await _begin_session(work, device, described_as, world, now)
        await work.events.record(
            PhoneSignedIn(device_id=device.device_id, person_id=device.person_id), now
        )
    return signed_in


async def _begin_session(
    work: UnitOfWork, device: Device, described_as: str, world: World, now: datetime
) -> SignedIn:
    cookie = Secret.from_bytes(world.entropy(32))
    session = Session(
        session_id=base64url(world.entropy(18)),
        kind=SessionKind.PHONE,
        cookie_digest=cookie.digest,
        person_id=device.person_id,
        device_id=device.device_id,
        acr=ACR_PASSKEY,
        amr=amr_of(backed_up=device.backed_up),
        auth_time=now,
        last_seen_at=now,
        expires_at=now + world.policy.phone_session_lifetime,
        described_as=described_as,
    )
    await work.sessions.add(session)
    return SignedIn(session=session, cookie=cookie)


def _ticket(world: World, purpose: str, challenge: bytes, now: datetime, **facts: str) -> str:
    return ticket.mint(
        world.keyring.form_key,
        purpose,
        {"challenge": base64url(challenge), **facts},
        now + LIFETIME,
    )


def _facts(world: World, purpose: str, ticket_text: str, now: datetime) -> Mapping[str, str]:
    facts = ticket.read(world.keyring.form_key, purpose, ticket_text, now)
    if facts is None:
        raise JourneyError("ceremony_expired")
    return facts


async def _spend(work: UnitOfWork, challenge: str, now: datetime) -> None:
    # Kept beyond the ticket's own life, so that it cannot be spent again while it lives.
    if not await work.grants.spend_jti("passkey", challenge, now + 2 * LIFETIME):
        raise JourneyError("ceremony_expired")


async def _person(work: UnitOfWork, person_id: str) -> Person:
    person = await work.people.get(person_id)
    if person is None:
        raise JourneyError("not_found")
    return person
