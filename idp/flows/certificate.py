"""A resident's signing certificate: issued at binding, shown, accepted, held, revoked."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from certs.base.errors import CertsError
from certs.issuance.names import CitizenSubject
from certs.keys.possession import ProofOfPossession
from certs.register.model import CertificateStatus, IssuedCertificate
from idp.domain.errors import JourneyError
from idp.domain.events import (
    CertificateAccepted,
    CertificateHeld,
    CertificateIssued,
    CertificateReleased,
    CertificateRevoked,
    Event,
)
from idp.domain.person import CertificateState, Device, Person, SigningCertificate
from idp.flows.at_the_phone import Phone
from idp.ports.signing_room import KeyBinding, NewKey
from idp.ports.world import World

_PSEUDONYM_HEX: Final = 32


async def ensure(phone: Phone, world: World, now: datetime) -> SigningCertificate:
    """Return this phone's certificate; have one issued where there is none yet.

    The key is made in the signing room, for this passkey alone. A crash half-way leaves an
    issued certificate that nobody accepted, which can sign nothing.
    Raises JourneyError: `not_found`, `certificate_expired` (a resident of the demonstration
    whose certificate has run out).
    """
    async with world.storage.unit_of_work() as work:
        device = await work.devices.get(phone.device_id)
        person = await work.people.get(phone.person_id)
        existing = await work.certificates.of_device(phone.device_id)
    if device is None or person is None or device.removed_at is not None:
        raise JourneyError("not_found")
    if existing is not None:
        return existing
    if person.certificate_problem == "expired":
        raise JourneyError("certificate_expired")
    subject = _subject(person, world)
    key = await world.signing_room.new_key(_binding(device, subject))
    issued = await asyncio.to_thread(_issue, world, subject, key, person.is_minor(now.date()))
    certificate = _kept(issued, key, device)
    async with world.storage.unit_of_work() as work:
        await work.certificates.add(certificate)
        event = CertificateIssued(serial=f"{issued.serial:x}", person_id=person.person_id)
        await work.events.record(event, now)
    return certificate


async def accept(phone: Phone, serial: int, world: World, now: datetime) -> None:
    """Record that the subscriber saw the contents and accepts them (ETO s. 2 "accept").

    Raises JourneyError `not_found` for a certificate that is not this phone's; nothing happens
    when it was accepted before.
    """
    async with world.storage.unit_of_work() as work:
        certificate = await work.certificates.of_device(phone.device_id)
        if certificate is None or certificate.serial != serial:
            raise JourneyError("not_found")
    # The register first: it is the truth, and accepting twice is harmless.
    if world.authority.status(serial) is CertificateStatus.ISSUED:
        await asyncio.to_thread(world.authority.accept, serial)
    async with world.storage.unit_of_work() as work:
        moved = await work.certificates.move(
            serial, CertificateState.ISSUED, CertificateState.ACCEPTED, now
        )
        if moved:
            event = CertificateAccepted(serial=f"{serial:x}", person_id=phone.person_id)
            await work.events.record(event, now)


async def hold(person_id: str, serial: int, world: World, now: datetime) -> None:
    """Suspend at once. Raises JourneyError: `not_found`, `certificate_not_active`."""
    await _own(person_id, serial, world)
    await _in_register(world.authority.suspend, serial)
    event = CertificateHeld(serial=f"{serial:x}", reason="subscriber_request", person_id=person_id)
    await _record(event, world, now)


async def release(person_id: str, serial: int, world: World, now: datetime) -> None:
    """Lift a suspension. Raises JourneyError: `not_found`, `certificate_not_active`."""
    await _own(person_id, serial, world)
    await _in_register(world.authority.resume, serial)
    await _record(CertificateReleased(serial=f"{serial:x}", person_id=person_id), world, now)


async def revoke(person_id: str, serial: int, world: World, now: datetime) -> None:
    """Revoke for ever. Raises JourneyError: `not_found`, `certificate_not_active`."""
    certificate = await _own(person_id, serial, world)
    await asyncio.to_thread(_revoke, world, serial)
    async with world.storage.unit_of_work() as work:
        await work.certificates.move(serial, certificate.state, CertificateState.REVOKED, now)
        event = CertificateRevoked(
            serial=f"{serial:x}", reason="subscriber_request", person_id=person_id
        )
        await work.events.record(event, now)


async def retire(certificate: SigningCertificate, world: World, now: datetime) -> None:
    """Hold the certificate of a device that was removed; one never accepted is revoked.

    A dead one stays so.
    """
    serial, person_id = certificate.serial, certificate.person_id
    status = world.authority.status(serial)
    try:
        if status is CertificateStatus.ACTIVE:
            await asyncio.to_thread(world.authority.suspend, serial)
            event: Event = CertificateHeld(
                serial=f"{serial:x}", reason="device_removed", person_id=person_id
            )
        elif status is CertificateStatus.ISSUED:
            await asyncio.to_thread(world.authority.revoke, serial, "cessationOfOperation")
            event = CertificateRevoked(
                serial=f"{serial:x}", reason="device_removed", person_id=person_id
            )
        else:
            return
    except CertsError:  # somebody was faster: it is not active any more, which is what we want
        return
    await _record(event, world, now)


async def _record(event: Event, world: World, now: datetime) -> None:
    """Write down what the register, which is the truth, has done already."""
    async with world.storage.unit_of_work() as work:
        await work.events.record(event, now)


async def _own(person_id: str, serial: int, world: World) -> SigningCertificate:
    async with world.storage.unit_of_work() as work:
        for certificate in await work.certificates.of_person(person_id):
            if certificate.serial == serial:
                return certificate
    raise JourneyError("not_found")


async def _in_register(change: Callable[[int], None], serial: int) -> None:
    try:
        await asyncio.to_thread(change, serial)
    except CertsError as error:
        raise JourneyError("certificate_not_active") from error


def _revoke(world: World, serial: int) -> None:
    try:
        world.authority.revoke(serial, "cessationOfOperation")
    except CertsError as error:
        raise JourneyError("certificate_not_active") from error


def _subject(person: Person, world: World) -> CitizenSubject:
    # A keyed hash of an opaque id: nobody can compute it from the identity number.
    mac = hmac.new(
        world.keyring.pairwise_key,
        b"certificate pseudonym\0" + person.person_id.encode(),
        hashlib.sha256,
    )
    return CitizenSubject(
        name_en=person.value("name_en") or "",
        name_zh=person.value("name_zh"),
        pseudonym=mac.hexdigest()[:_PSEUDONYM_HEX],
    )


def _binding(device: Device, subject: CitizenSubject) -> KeyBinding:
    return KeyBinding(
        key_id=device.device_id,
        applicant=subject.pseudonym,
        credential_id=device.credential_id,
        credential_public_key=device.public_key,
    )


def _issue(world: World, subject: CitizenSubject, key: NewKey, minor: bool) -> IssuedCertificate:  # noqa: FBT001
    public_key = load_der_public_key(key.public_key_der)
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    return world.authority.issue_citizen(
        subject=subject,
        public_key=public_key,
        proof_of_possession=ProofOfPossession(signature=key.proof_of_possession),
        minor=minor,
    )


def _kept(issued: IssuedCertificate, key: NewKey, device: Device) -> SigningCertificate:
    assert issued.der is not None
    return SigningCertificate(
        serial=issued.serial,
        person_id=device.person_id,
        der=issued.der,
        key_id=device.device_id,
        wrapped_key=key.wrapped_key,
        state=CertificateState.ISSUED,
        not_before=issued.not_before,
        not_after=issued.not_after,
    )
