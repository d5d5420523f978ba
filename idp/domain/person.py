"""A resident: the account, the data held about them, and their devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Source(StrEnum):
    """Who vouches for a piece of data."""

    REGISTERED = "registered"  # taken from the identity document at registration
    VERIFIED_BY = "verified_by"  # confirmed by a named department
    SELF_DECLARED = "self_declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One piece of a resident's data, under the name of its claim."""

    claim: str  # hkid, name_en, name_zh, birthdate, gender, email, phone_number, address
    value: str
    source: Source
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One resident. All residents of the demonstration are synthetic."""

    person_id: str
    attributes: tuple[Attribute, ...]
    note: str  # why this demo resident exists: a message id, e.g. "An adult with every field"
    certificate_problem: str | None = None  # demo trait: "expired" → the signing certificate has

    def value(self, claim: str) -> str | None:
        """Return the value of a claim, or None where nothing is held."""
        return next((a.value for a in self.attributes if a.claim == claim), None)

    @property
    def birthdate(self) -> date:
        """Date of birth as registered."""
        value = self.value("birthdate")
        if value is None:
            raise ValueError("every account has a date of birth")
        return date.fromisoformat(value)

    def is_minor(self, on: date) -> bool:
        """Tell whether the resident is under 18 on that day."""
        born = self.birthdate
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        return age < 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A phone (or computer) that was bound to a resident by a passkey."""

    device_id: str
    person_id: str
    credential_id: bytes
    public_key: bytes  # COSE
    sign_count: int
    backed_up: bool  # a synced passkey: more than one device may hold it
    nickname: str
    added_at: datetime
    last_used_at: datetime
    removed_at: datetime | None = None


class CertificateState(StrEnum):
    """Where a signing certificate stands with us; the register of the CA is the truth."""

    ISSUED = "issued"  # made, not yet shown and accepted: cannot sign (ETO s. 2 "accept")
    ACCEPTED = "accepted"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningCertificate:
    """A resident's signing certificate and the wrapped key that belongs to it."""

    serial: int
    person_id: str
    der: bytes
    key_id: str  # the device_id of the device whose passkey activates it
    wrapped_key: bytes
    state: CertificateState
    not_before: datetime
    not_after: datetime
    accepted_at: datetime | None = None
