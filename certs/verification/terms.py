"""The ordinance's answer beside the cryptographic one: is section 6(1A) of Cap. 553 met?

Two axes are kept apart: the certificate's status (the authority's word, in `verdict.py`) and its
recognition (the regulator's word, in the trust list), both at the time of signing (s. 6(2)).
What is demonstrated here can never be a real recognition, so every answer is marked `demo`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier

from certs.base import der, oids
from certs.base.errors import EncodingError
from certs.trustlist import Recognition, RecognitionStatus, recognition_at
from certs.verification.assessment import Assessment
from certs.verification.codes import CheckId, EtoCode, Indication, Reason
from certs.verification.policy import Policy

_RECOGNITION: Final = {
    RecognitionStatus.NOT_RECOGNISED: EtoCode.NOT_RECOGNISED,
    RecognitionStatus.SUSPENDED: EtoCode.RECOGNITION_SUSPENDED,
    RecognitionStatus.REVOKED: EtoCode.RECOGNITION_REVOKED,
    RecognitionStatus.OUT_OF_PERIOD: EtoCode.RECOGNITION_OUT_OF_PERIOD,
}
_TERMS: Final = frozenset({Reason.KEY_USAGE, Reason.EXTENDED_KEY_USAGE, Reason.LEAF_IS_CA})
_PERIOD: Final = frozenset({Reason.CERTIFICATE_EXPIRED, Reason.CERTIFICATE_NOT_YET_VALID})
WARNINGS: Final = frozenset({EtoCode.RELIANCE_EXCEEDED, EtoCode.RELIANCE_UNSTATED, EtoCode.MINOR})
"""Codes that tell a reader something and never change the verdict (Cap. 553 ss. 41-42)."""
ORDER: Final = tuple(EtoCode)
"""The order in which codes are told and in which the first one that is no warning decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelianceLimit:
    """Up to how much others may rely on a certificate (Cap. 553 s. 41): whole units of currency."""

    currency: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EtoVerdict:
    """One code that decides, and all that apply in the order of `ORDER`."""

    verdict: EtoCode
    reasons: tuple[EtoCode, ...]
    demo: bool = True


def judge(signatures: Sequence[Assessment], policy: Policy) -> EtoVerdict:
    """Decide whether every signature of a document meets section 6(1A), and say why not.

    The order is that of the law: is the matter excluded (s. 3, Schedule 1), is there a signature,
    does it hold, when was it made, was the certificate recognised, in its period, within terms.
    """
    codes: set[EtoCode] = set()
    if policy.matter is not None and policy.matter.schedule_1_item is not None:
        codes.add(EtoCode.EXCLUDED_SCH1)
    if not signatures:
        codes.add(EtoCode.NO_SIGNATURE)
    for assessment in signatures:
        codes |= _codes_of(assessment, policy)
    if not codes - WARNINGS:
        codes.add(EtoCode.MET_6_1A)
    reasons = tuple(code for code in ORDER if code in codes)
    decisive = (code for code in _PRECEDENCE if code in codes)
    return EtoVerdict(verdict=next(decisive), reasons=reasons)


_PRECEDENCE: Final = (
    EtoCode.EXCLUDED_SCH1,
    EtoCode.NO_SIGNATURE,
    EtoCode.TERMS_BREACH,
    EtoCode.CERT_OUT_OF_PERIOD,
    EtoCode.SIGNATURE_NOT_VALID,
    EtoCode.NOT_RECOGNISED,
    EtoCode.RECOGNITION_REVOKED,
    EtoCode.RECOGNITION_SUSPENDED,
    EtoCode.RECOGNITION_OUT_OF_PERIOD,
    EtoCode.TIME_UNPROVEN,
    EtoCode.SIGNATURE_UNCERTAIN,
    EtoCode.MET_6_1A,
)


def _codes_of(a: Assessment, policy: Policy) -> set[EtoCode]:
    codes: set[EtoCode] = set()
    if a.reason_of(CheckId.CERTIFICATE) in _TERMS:
        codes.add(EtoCode.TERMS_BREACH)
    elif a.reason_of(CheckId.PATH) in _PERIOD:
        codes.add(EtoCode.CERT_OUT_OF_PERIOD)
    elif a.indication is Indication.TOTAL_FAILED:
        codes.add(EtoCode.SIGNATURE_NOT_VALID)
    elif a.indication is Indication.INDETERMINATE:
        codes.add(EtoCode.SIGNATURE_UNCERTAIN)
    if a.signer is None:
        return codes
    if a.proof is None:
        codes.add(EtoCode.TIME_UNPROVEN)
    recognition = recognition_of(a)
    if recognition.status is not RecognitionStatus.RECOGNISED:
        codes.add(_RECOGNITION[recognition.status])
    return codes | _reliance(a.signer, policy)


def recognition_of(a: Assessment) -> Recognition:
    """Decide the recognition of the signer's certificate at the best time (Cap. 553 s. 6(2)).

    Only a policy that the whole path allows counts: a class that the issuer may not grant is none.
    """
    if a.path is None or not a.path.policies:
        return Recognition(status=RecognitionStatus.NOT_RECOGNISED, demo=a.trust_list.demo)
    found = recognition_at(a.trust_list, a.path.chain, a.best_time)
    entry = found.entry
    if entry and not any(oids.is_under(policy, entry.policy) for policy in a.path.policies):
        return Recognition(status=RecognitionStatus.NOT_RECOGNISED, demo=a.trust_list.demo)
    return found


def _reliance(certificate: x509.Certificate, policy: Policy) -> set[EtoCode]:
    codes: set[EtoCode] = set()
    if _is_minor(certificate):
        codes.add(EtoCode.MINOR)
    if policy.stated_value is None:
        return codes
    limit = reliance_limit(certificate)
    if limit is None:
        codes.add(EtoCode.RELIANCE_UNSTATED)
    elif limit.currency != "HKD" or policy.stated_value > limit.amount:
        codes.add(EtoCode.RELIANCE_EXCEEDED)
    return codes


def reliance_limit(certificate: x509.Certificate) -> RelianceLimit | None:
    """Read the reliance limit from our extension; None where there is none or it is malformed."""
    try:
        found = certificate.extensions.get_extension_for_oid(ObjectIdentifier(oids.RELIANCE_LIMIT))
        encoded = found.value.value  # type: ignore[attr-defined]
        currency, amount = der.read_one(encoded, max_bytes=64).children()
        return RelianceLimit(
            currency=currency.content.decode("ascii"), amount=der.read_integer(amount)
        )
    except (x509.ExtensionNotFound, AttributeError, EncodingError, ValueError):
        return None


def _is_minor(certificate: x509.Certificate) -> bool:
    try:
        value = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return any(
        oids.is_under(policy.policy_identifier.dotted_string, oids.POLICY_MINOR) for policy in value
    )
