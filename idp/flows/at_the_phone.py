"""At the phone: who answers, what is shown, what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from idp.approval.assertion import RelyingParty
from idp.approval.decide import check_holder
from idp.domain.approval import Approval
from idp.domain.client import Client
from idp.domain.errors import JourneyError
from idp.domain.person import Device, Person
from idp.domain.signing import SigningRequest
from idp.ports.world import UnitOfWork, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """The phone (or computer) that answers, from its live session."""

    session_id: str
    person_id: str
    device_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything that the request's screen is made of."""

    approval: Approval
    client: Client
    person: Person
    device: Device
    signing: SigningRequest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the citizen answered: about the code, and which optional fields to release."""

    code: str | None
    chosen: tuple[str, ...] = ()
    same_device: bool = False  # this browser is the one that began


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """It is done; a signing request is pending work now."""

    signing_request_id: str | None


class RejectReason(StrEnum):
    """Why the citizen rejected, as far as they said."""

    REJECTED = "rejected"
    CODE_DIFFERS = "code_differs"
    NOT_MINE = "not_mine"  # somebody asked them to scan
    CANCELLED = "cancelled"  # on the computer


def party(world: World) -> RelyingParty:
    """Return who we are to passkeys."""
    return RelyingParty(rp_id=world.policy.rp_id, origin=world.policy.issuer)


def topic(approval_id: str) -> str:
    """Name what the pages of an approval wait for."""
    return f"approval:{approval_id}"


def person_topic(person_id: str) -> str:
    """Name what the phones of a resident wait for."""
    return f"person:{person_id}"


async def found(work: UnitOfWork, approval_id: str) -> Approval:
    """Find an approval. Raises JourneyError `not_found`."""
    approval = await work.approvals.get(approval_id)
    if approval is None:
        raise JourneyError("not_found")
    return approval


async def load(work: UnitOfWork, approval_id: str, phone: Phone, now: datetime) -> Shown:
    """Load what the phone that holds the request shows.

    Raises JourneyError: `not_found` for every other phone, `expired`, `over`.
    """
    approval = await found(work, approval_id)
    check_holder(approval, phone.person_id, phone.device_id, now)
    client = await work.clients.get(approval.client_id)
    person = await work.people.get(phone.person_id)
    device = await work.devices.get(phone.device_id)
    if client is None or person is None or device is None or device.removed_at is not None:
        raise JourneyError("not_found")
    signing = (
        await work.signing.get(approval.signing_request_id)
        if approval.signing_request_id is not None
        else None
    )
    return Shown(approval=approval, client=client, person=person, device=device, signing=signing)
