"""One rule, one function, one citation: what every certificate must pass before it is signed.

A lint answers True when the certificate keeps the rule. `error` stops issuance; `warning` is
recorded in the transcript. Lints look at the parsed twin, not at what the builder was told, so
that a mistake of the builder is caught as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography import x509

from certs.base.errors import EncodingError
from certs.issuance import rules


class Severity(StrEnum):
    """What follows from a broken rule."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """A rule with its id, clause and severity."""

    id: str
    clause: str
    severity: Severity
    keeps: Callable[[rules.Inspected], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that was broken."""

    id: str
    clause: str
    severity: Severity


def run(inspected: rules.Inspected) -> tuple[Finding, ...]:
    """Apply every lint. A lint that itself fails is a finding: nothing passes unlooked at."""
    return tuple(
        Finding(id=lint.id, clause=lint.clause, severity=lint.severity)
        for lint in LINTS
        if not _keeps(lint, inspected)
    )


def _keeps(lint: Lint, inspected: rules.Inspected) -> bool:
    try:
        return lint.keeps(inspected)
    except (ValueError, KeyError, TypeError, IndexError, x509.ExtensionNotFound, EncodingError):
        return False


def _error(id_: str, clause: str, keeps: Callable[[rules.Inspected], bool]) -> Lint:
    return Lint(id=id_, clause=clause, severity=Severity.ERROR, keeps=keeps)


LINTS: Final = (
    _error("strict_der", "ITU-T X.690 §10", rules.strict_der),
    _error("version_3", "RFC 5280 §4.1.2.1", rules.version_3),
    _error("serial_64_bits", "RFC 5280 §4.1.2.2; CA/B BR §7.1", rules.serial),
    _error("validity", "RFC 5280 §4.1.2.5; practice statement", rules.validity),
    _error("inside_issuer_validity", "practice statement", rules.inside_issuer),
    _error("signature_algorithm", "RFC 5758 §3.2", rules.algorithm),
    _error("key_quality", "CA/B BR §6.1.6", rules.key_quality),
    _error("key_differs_from_issuer", "practice statement", rules.new_key),
    _error("issuer_name", "RFC 5280 §4.1.2.4", rules.issuer_name),
    _error("issuer_may_issue", "RFC 5280 §4.2.1.9, §4.2.1.3", rules.issuer_may_issue),
    _error("subject_attributes", "profile", rules.subject_attributes),
    _error("demonstration_organisation", "practice statement", rules.demonstration_organisation),
    _error("demonstration_common_name", "practice statement", rules.demonstration_common_name),
    _error("country", "ISO 3166-1; ETSI EN 319 412-2 §4.2.4", rules.country),
    _error("no_identity_number", "practice statement (privacy)", rules.no_hkid),
    _error("subject_key_identifier", "RFC 5280 §4.2.1.2", rules.subject_key_id),
    _error("authority_key_identifier", "RFC 5280 §4.2.1.1", rules.authority_key_id),
    _error("basic_constraints", "RFC 5280 §4.2.1.9", rules.basic_constraints),
    _error("key_usage", "RFC 5280 §4.2.1.3; EN 319 412-2 §4.3.2", rules.key_usage),
    _error("extended_key_usage", "RFC 5280 §4.2.1.12; RFC 3161 §2.3", rules.extended_key_usage),
    _error("policy", "RFC 5280 §4.2.1.4", rules.policy),
    _error("policy_qualifiers", "RFC 5280 §4.2.1.4; Cap. 553 s. 41", rules.policy_qualifiers),
    _error("reliance_limit", "Cap. 553 s. 41", rules.reliance_limit),
    _error("crl_distribution_point", "RFC 5280 §4.2.1.13", rules.distribution_point),
    _error("authority_information_access", "RFC 5280 §4.2.2.1", rules.information_access),
    _error("ocsp_no_check", "RFC 6960 §4.2.2.2.1", rules.no_check),
    _error("no_qc_statements", "ETSI EN 319 412-5 §4.2", rules.no_foreign_statements),
    _error("known_extensions", "RFC 5280 §4.2", rules.known_extensions),
    Lint(id="size", clause="practice statement", severity=Severity.WARNING, keeps=rules.size),
)
