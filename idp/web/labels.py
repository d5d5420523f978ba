"""Words for codes that several pages show: fields, sources, acts in the activity list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from idp.domain.approval import Approval, ApprovalKind
from idp.ports.world import RecordedEvent
from look.languages import N_

CLAIMS: Final[Mapping[str, str]] = {
    "hkid": N_("Identity card number"),
    "name_en": N_("English name"),
    "name_zh": N_("Chinese name"),
    "birthdate": N_("Date of birth"),
    "gender": N_("Sex"),
    "email": N_("E-mail address"),
    "phone_number": N_("Telephone number"),
    "address": N_("Address"),
}

VALUES: Final[Mapping[str, str]] = {
    "male": N_("Male"),
    "female": N_("Female"),
}

SOURCES: Final[Mapping[str, str]] = {
    "registered": N_("From your registration"),
    "verified_by": N_("Confirmed by a department"),
    "self_declared": N_("You told us"),
}

CERTIFICATE_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "issued": ("warn", N_("Not accepted yet")),
    "active": ("ok", N_("Active")),
    "suspended": ("warn", N_("On hold")),
    "revoked": ("bad", N_("Revoked")),
    "expired": ("bad", N_("Expired")),
}

SIGNING_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "requested": ("info", N_("Waiting for you")),
    "approved": ("info", N_("Being signed")),
    "signed": ("ok", N_("Signed")),
    "refused": ("bad", N_("Not signed")),
    "expired": ("plain", N_("Expired")),
}

#: Event of the ledger → what the citizen reads. Events without words are not shown to them.
ACTIVITY: Final[Mapping[str, str]] = {
    "PersonAdded": N_("Your account was opened"),
    "DeviceBound": N_("A phone was linked to your account"),
    "DeviceRemoved": N_("A phone was removed"),
    "PhoneSignedIn": N_("You opened the app"),
    "ApprovalClaimed": N_("A request was opened on your phone"),
    "ApprovalApproved": N_("You approved a request"),
    "ApprovalRejected": N_("You rejected a request"),
    "WrongCodePicked": N_("A wrong identification code stopped a request"),
    "LoginCompleted": N_("You logged in"),
    "ConsentGiven": N_("You agreed to share information"),
    "ConsentWithdrawn": N_("You withdrew your consent"),
    "DataReleased": N_("Your information was sent"),
    "SessionEnded": N_("A session ended"),
    "CertificateIssued": N_("A signing certificate was issued"),
    "CertificateAccepted": N_("You accepted your signing certificate"),
    "CertificateHeld": N_("Your signing certificate was put on hold"),
    "CertificateReleased": N_("The hold on your signing certificate was lifted"),
    "CertificateRevoked": N_("Your signing certificate was revoked"),
    "SigningRequested": N_("You were asked to sign a document"),
    "DocumentSigned": N_("You signed a document"),
    "NoticeAccepted": N_("A department sent you a notice"),
    "NoticeKnown": N_("You opened a notice"),
}

#: Entries that say nothing to a citizen when no field is named in them.
_ABOUT_FIELDS: Final = frozenset({"ConsentGiven", "DataReleased"})


def is_told(entry: RecordedEvent) -> bool:
    """Tell whether an entry of the ledger has its line in the citizen's list."""
    if entry.name in _ABOUT_FIELDS and not entry.payload.get("claims"):
        return False
    return entry.name in ACTIVITY


def asked_kind(approval: Approval) -> str:
    """What the screens speak of. A release of nothing is a login to one more department."""
    if approval.kind is ApprovalKind.RELEASE and not approval.claims:
        return ApprovalKind.LOGIN.value
    return approval.kind.value
