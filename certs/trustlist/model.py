"""What a trust list says, and the question that is asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from certs.base import oids
from certs.base.digest import Digest, sha256


class RecognitionStatus(StrEnum):
    """What recognition says of one certificate class at one moment (Cap. 553 s. 6(2))."""

    RECOGNISED = "recognised"
    NOT_RECOGNISED = "not_recognised"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    OUT_OF_PERIOD = "out_of_period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start`, inclusive, to `end`, exclusive; no end means until further notice."""

    start: datetime
    end: datetime | None = None

    def contains(self, when: datetime) -> bool:
        """Decide whether `when` lies inside."""
        return self.start <= when and (self.end is None or when < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A certificate that paths may end in; `name` is for people."""

    name: str
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionEntry:
    """Recognition of one class of certificate of one issuing certificate, with its history.

    `issuer` is the SHA-256 of the issuing certificate's DER; `policy` is an object identifier
    that the certificate's own policy must equal or lie under, compared arc by arc.
    """

    issuer: Digest
    class_name: str
    policy: str
    period: Period
    suspended: tuple[Period, ...] = ()
    revoked_at: datetime | None = None

    def status_at(self, when: datetime) -> RecognitionStatus:
        """Decide what this entry says of `when`; revocation outranks the rest."""
        if self.revoked_at is not None and when >= self.revoked_at:
            return RecognitionStatus.REVOKED
        if not self.period.contains(when):
            return RecognitionStatus.OUT_OF_PERIOD
        if any(period.contains(when) for period in self.suspended):
            return RecognitionStatus.SUSPENDED
        return RecognitionStatus.RECOGNISED


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """The answer to "was this recognised then?", with the entry that decided, if one matched."""

    status: RecognitionStatus
    entry: RecognitionEntry | None = None
    demo: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """A trust list as checked. `demo` lists can never carry a real recognition."""

    sequence: int
    issued_at: datetime
    next_update: datetime
    demo: bool
    anchors: tuple[Anchor, ...]
    recognitions: tuple[RecognitionEntry, ...]

    def is_current(self, now: datetime) -> bool:
        """Decide whether the list may be used for new judgements at `now`."""
        return self.issued_at <= now < self.next_update


def recognition_at(
    trust_list: TrustList, chain: Sequence[x509.Certificate], when: datetime
) -> Recognition:
    """Decide the recognition of `chain[0]` at `when` (Cap. 553 s. 6(2)(a) and (b)).

    `chain` is the certificate, its issuer and so on; that it *is* a chain is the caller's step.
    An entry matches when it pins the certificate's direct issuer and one of its policies. Where
    several match, a recognised one wins, else the first in the list's order answers.
    """
    if len(chain) < 2:
        return Recognition(status=RecognitionStatus.NOT_RECOGNISED, demo=trust_list.demo)
    issuer = fingerprint(chain[1])
    policies = policies_of(chain[0])
    matches = [
        entry
        for entry in trust_list.recognitions
        if entry.issuer == issuer
        and any(oids.is_under(policy, entry.policy) for policy in policies)
    ]
    if not matches:
        return Recognition(status=RecognitionStatus.NOT_RECOGNISED, demo=trust_list.demo)
    answers = [
        Recognition(status=entry.status_at(when), entry=entry, demo=trust_list.demo)
        for entry in matches
    ]
    recognised = (a for a in answers if a.status is RecognitionStatus.RECOGNISED)
    return next(recognised, answers[0])


def fingerprint(certificate: x509.Certificate) -> Digest:
    """Answer the SHA-256 of a certificate's DER, by which entries pin it."""
    return sha256(certificate.public_bytes(serialization.Encoding.DER))


def policies_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Answer the policy identifiers of a certificate, without anyPolicy; none if it has none."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.CertificatePolicies)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return ()
    names = (policy.policy_identifier.dotted_string for policy in extension.value)
    return tuple(name for name in names if name != oids.ANY_POLICY)
