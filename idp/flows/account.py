"""My account: one place for everything that one identity holds across departments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from certs.register.model import CertificateStatus
from idp.domain.client import Client
from idp.domain.errors import JourneyError
from idp.domain.events import ConsentWithdrawn, DeviceRemoved, SessionEnded
from idp.domain.grants import Consent, Grant
from idp.domain.person import Device, Person, SigningCertificate
from idp.domain.session import Session
from idp.domain.signing import SigningRequest
from idp.flows.certificate import retire
from idp.ports.world import RecordedEvent, UnitOfWork, World

ACTIVITY_SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedService:
    """A department that knows this resident, and what it may see."""

    client: Client
    since: datetime
    consents: Sequence[Consent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything that the account page is made of."""

    person: Person
    services: Sequence[LinkedService]
    sessions: Sequence[Session]
    devices: Sequence[Device]
    certificates: Sequence[tuple[SigningCertificate, CertificateStatus]]
    documents: Sequence[SigningRequest]
    activity: Sequence[RecordedEvent]
    client_names: Mapping[str, Mapping[str, str]]


async def see(person_id: str, world: World, now: datetime) -> Account:
    """Load the account. Raises JourneyError `not_found`."""
    async with world.storage.unit_of_work() as work:
        person = await work.people.get(person_id)
        if person is None:
            raise JourneyError("not_found")
        clients = {c.client_id: c for c in await work.clients.all()}
        consents = await work.grants.consents(person_id)
        grants = await work.grants.grants_of(person_id)
        certificates = await work.certificates.of_person(person_id)
        return Account(
            person=person,
            services=_services(clients, grants, consents),
            sessions=await work.sessions.of_person(person_id, now),
            devices=await work.devices.of_person(person_id),
            certificates=[(c, world.authority.status(c.serial)) for c in certificates],
            documents=await work.signing.of_person(person_id),
            activity=await work.events.of_person(person_id, ACTIVITY_SHOWN),
            client_names={c.client_id: c.client_name for c in clients.values()},
        )


async def withdraw(person_id: str, consent_id: str, world: World, now: datetime) -> None:
    """Withdraw a consent and every token that lives on it.

    Raises JourneyError `not_found` for a consent that is not this resident's or was withdrawn.
    """
    async with world.storage.unit_of_work() as work:
        consents = await work.grants.consents(person_id)
        consent = next((c for c in consents if c.consent_id == consent_id), None)
        if consent is None or not await work.grants.withdraw_consent(consent_id, now):
            raise JourneyError("not_found")
        for grant in await work.grants.grants_of(person_id):
            if grant.consent_id == consent_id:
                await work.grants.revoke_grant(grant.grant_id, now)
        event = ConsentWithdrawn(
            consent_id=consent_id, person_id=person_id, client_id=consent.client_id
        )
        await work.events.record(event, now)


async def unlink(person_id: str, client_id: str, world: World, now: datetime) -> None:
    """Unlink a department: withdraw its consents, revoke its tokens.

    What the department has received stays with it. Raises JourneyError `not_found`.
    """
    async with world.storage.unit_of_work() as work:
        consents = await work.grants.consents(person_id, client_id)
        grants = [g for g in await work.grants.grants_of(person_id) if g.client_id == client_id]
        if not consents and not grants:
            raise JourneyError("not_found")
        for grant in grants:
            await work.grants.revoke_grant(grant.grant_id, now)
        for consent in consents:
            await work.grants.withdraw_consent(consent.consent_id, now)
            event = ConsentWithdrawn(
                consent_id=consent.consent_id, person_id=person_id, client_id=client_id
            )
            await work.events.record(event, now)


async def end_session(person_id: str, session_id: str, world: World, now: datetime) -> None:
    """End one of the resident's sessions. Raises JourneyError `not_found`."""
    async with world.storage.unit_of_work() as work:
        own = {s.session_id for s in await work.sessions.of_person(person_id, now)}
        if session_id not in own or not await work.sessions.end(session_id, now):
            raise JourneyError("not_found")
        event = SessionEnded(session_id=session_id, reason="by_citizen", person_id=person_id)
        await work.events.record(event, now)


async def remove_device(person_id: str, device_id: str, world: World, now: datetime) -> None:
    """Remove a device: its passkey stops working, its sessions end, its certificate is held.

    Raises JourneyError: `not_found`, `last_device` (nobody is locked out by one click).
    """
    async with world.storage.unit_of_work() as work:
        await _remove(work, person_id, device_id, now)
        certificate = await work.certificates.of_device(device_id)
    if certificate is not None:
        await retire(certificate, world, now)


async def _remove(work: UnitOfWork, person_id: str, device_id: str, now: datetime) -> None:
    own = {d.device_id for d in await work.devices.of_person(person_id)}
    if device_id not in own:
        raise JourneyError("not_found")
    if len(own) == 1:
        raise JourneyError("last_device")
    await work.devices.remove(device_id, now)
    await work.sessions.end_of_device(device_id, now)
    await work.events.record(DeviceRemoved(device_id=device_id, person_id=person_id), now)


def _services(
    clients: Mapping[str, Client], grants: Sequence[Grant], consents: Sequence[Consent]
) -> Sequence[LinkedService]:
    found: dict[str, list[datetime]] = {}
    for grant in grants:
        found.setdefault(grant.client_id, []).append(grant.created_at)
    for consent in consents:
        found.setdefault(consent.client_id, []).append(consent.given_at)
    return [
        LinkedService(
            client=clients[client_id],
            since=min(moments),
            consents=[c for c in consents if c.client_id == client_id],
        )
        for client_id, moments in sorted(found.items())
        if client_id in clients
    ]
