"""Values of the journeys at the phone: who answers, what is shown, what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from idp.approval.assertion import RelyingParty
from idp.domain.approval import Approval
from idp.domain.client import Client
from idp.domain.person import Device, Person
from idp.domain.signing import SigningRequest
from idp.ports.world import World


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
