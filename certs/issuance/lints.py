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
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from certs.base import der, oids
from certs.base.algorithms import SIGNATURES
from certs.base.errors import AlgorithmError, EncodingError
from certs.issuance.names import MARK, ORGANISATION, keys_of, looks_like_hkid
from certs.issuance.request import Repository
from certs.issuance.twin import notice_text, reliance_limit_value
from certs.keys.quality import check_public_key
from certs.profiles.profile import KEY_USAGES, Profile


class Severity(StrEnum):
    """What follows from a broken rule."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a lint looks at: the twin, and what it should be."""

    twin: x509.Certificate
    profile: Profile
    issuer: x509.Certificate | None
    algorithm: str
    repository: Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """A rule with its id, clause and severity."""

    id: str
    clause: str
    severity: Severity
    keeps: Callable[[Subject], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that was broken."""

    id: str
    clause: str
    severity: Severity


def run(subject: Subject) -> tuple[Finding, ...]:
    """Apply every lint. A lint that itself fails is a finding: nothing passes unlooked at."""
    return tuple(
        Finding(id=lint.id, clause=lint.clause, severity=lint.severity)
        for lint in LINTS
        if not _keeps(lint, subject)
    )


def _keeps(lint: Lint, subject: Subject) -> bool:
    try:
        return lint.keeps(subject)
    except (ValueError, KeyError, TypeError, IndexError, x509.ExtensionNotFound, EncodingError):
        return False


# --- the rules --------------------------------------------------------------------------------
def _strict_der(s: Subject) -> bool:
    data = s.twin.public_bytes(serialization.Encoding.DER)
    der.check_strict(data, max_bytes=der.MAX_CERTIFICATE_BYTES)
    return True


def _version_3(s: Subject) -> bool:
    return s.twin.version is x509.Version.v3


def _serial(s: Subject) -> bool:
    return 1 << 64 <= s.twin.serial_number < 1 << 159


def _validity(s: Subject) -> bool:
    lifetime = s.twin.not_valid_after_utc - s.twin.not_valid_before_utc
    return 0 < lifetime.total_seconds() <= s.profile.lifetime.total_seconds()


def _inside_issuer(s: Subject) -> bool:
    return s.issuer is None or (
        s.issuer.not_valid_before_utc <= s.twin.not_valid_before_utc
        and s.twin.not_valid_after_utc <= s.issuer.not_valid_after_utc
    )


def _algorithm(s: Subject) -> bool:
    return s.twin.signature_algorithm_oid.dotted_string == SIGNATURES[s.algorithm].oid


def _key_quality(s: Subject) -> bool:
    try:
        check_public_key(s.twin.public_key())
    except AlgorithmError:
        return False
    return True


def _new_key(s: Subject) -> bool:
    if s.issuer is None:
        return True
    return _spki(s.twin) != _spki(s.issuer)


def _issuer_name(s: Subject) -> bool:
    expected = s.twin.subject if s.issuer is None else s.issuer.subject
    return s.twin.issuer.public_bytes() == expected.public_bytes()


def _issuer_may_issue(s: Subject) -> bool:
    if s.issuer is None:
        return s.profile.issuer == "self"
    constraints = s.issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = s.issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    return (
        constraints.ca
        and usage.key_cert_sign
        and not (s.profile.is_ca and constraints.path_length == 0)
    )


def _subject_attributes(s: Subject) -> bool:
    found = keys_of(s.twin.subject)
    return len(found) == len(set(found)) and set(found) == s.profile.subject


def _demonstration_organisation(s: Subject) -> bool:
    return ORGANISATION in _value(s, NameOID.ORGANIZATION_NAME)


def _demonstration_common_name(s: Subject) -> bool:
    return MARK in _value(s, NameOID.COMMON_NAME)


def _country(s: Subject) -> bool:
    return _value(s, NameOID.COUNTRY_NAME) == "HK"


def _no_hkid(s: Subject) -> bool:
    return not any(looks_like_hkid(str(attribute.value)) for attribute in s.twin.subject)


def _subject_key_id(s: Subject) -> bool:
    found = s.twin.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return not found.critical and found.value == x509.SubjectKeyIdentifier.from_public_key(
        s.twin.public_key()
    )


def _authority_key_id(s: Subject) -> bool:
    if s.issuer is None:
        return not _has(s, oids.AUTHORITY_KEY_IDENTIFIER)
    found = s.twin.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    wanted = s.issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    return not found.critical and found.value.key_identifier == wanted


def _basic_constraints(s: Subject) -> bool:
    if not s.profile.is_ca:
        return not _has(s, oids.BASIC_CONSTRAINTS)
    found = s.twin.extensions.get_extension_for_class(x509.BasicConstraints)
    return found.critical and found.value.ca and found.value.path_length == s.profile.path_length


def _key_usage(s: Subject) -> bool:
    found = s.twin.extensions.get_extension_for_class(x509.KeyUsage)
    asserted = {name for name in (*KEY_USAGES, *_NEVER_USED) if getattr(found.value, name)}
    return found.critical and asserted == s.profile.key_usage


def _extended_key_usage(s: Subject) -> bool:
    if not s.profile.extended_key_usage:
        return not _has(s, oids.EXTENDED_KEY_USAGE)
    found = s.twin.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    asserted = tuple(usage.dotted_string for usage in found.value)
    return (
        asserted == s.profile.extended_key_usage
        and found.critical == s.profile.extended_key_usage_critical
    )


def _policy(s: Subject) -> bool:
    if s.profile.policy is None:
        return not _has(s, oids.CERTIFICATE_POLICIES)
    found = s.twin.extensions.get_extension_for_class(x509.CertificatePolicies).value
    return [policy.policy_identifier.dotted_string for policy in found] == [s.profile.policy]


def _policy_qualifiers(s: Subject) -> bool:
    if s.profile.policy is None:
        return True
    found = s.twin.extensions.get_extension_for_class(x509.CertificatePolicies).value
    uri, notice = found[0].policy_qualifiers or (None, None)
    return (
        uri == s.repository.cps
        and isinstance(notice, x509.UserNotice)
        and notice.explicit_text == notice_text(s.profile)
        and len(notice.explicit_text) <= 200
    )


def _reliance_limit(s: Subject) -> bool:
    if s.profile.reliance_limit is None:
        return not _has(s, oids.RELIANCE_LIMIT)
    found = s.twin.extensions.get_extension_for_oid(x509.ObjectIdentifier(oids.RELIANCE_LIMIT))
    value = found.value
    return (
        not found.critical
        and isinstance(value, x509.UnrecognizedExtension)
        and value.value == reliance_limit_value(s.profile.reliance_limit)
    )


def _distribution_point(s: Subject) -> bool:
    if not s.profile.status_pointers:
        return not _has(s, oids.CRL_DISTRIBUTION_POINTS)
    points = s.twin.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    names = [name.value for point in points for name in point.full_name or ()]
    return names == [s.repository.crl(s.profile.issuer)]


def _information_access(s: Subject) -> bool:
    if not s.profile.status_pointers:
        return not _has(s, oids.AUTHORITY_INFORMATION_ACCESS)
    found = s.twin.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    names = [description.access_location.value for description in found.value]
    wanted = [s.repository.ca(s.profile.issuer)]
    if not s.profile.is_ca:
        wanted.insert(0, s.repository.ocsp)
    return not found.critical and names == wanted


def _no_check(s: Subject) -> bool:
    return _has(s, oids.OCSP_NO_CHECK) == s.profile.ocsp_no_check


def _no_foreign_statements(s: Subject) -> bool:
    return not _has(s, oids.QC_STATEMENTS)


def _known_extensions(s: Subject) -> bool:
    return {extension.oid.dotted_string for extension in s.twin.extensions} <= _EXTENSIONS


def _size(s: Subject) -> bool:
    return len(s.twin.public_bytes(serialization.Encoding.DER)) <= 2048


_NEVER_USED: Final = ("key_encipherment", "data_encipherment", "key_agreement")
_EXTENSIONS: Final = frozenset(
    {
        oids.BASIC_CONSTRAINTS,
        oids.KEY_USAGE,
        oids.EXTENDED_KEY_USAGE,
        oids.AUTHORITY_KEY_IDENTIFIER,
        oids.SUBJECT_KEY_IDENTIFIER,
        oids.CERTIFICATE_POLICIES,
        oids.CRL_DISTRIBUTION_POINTS,
        oids.AUTHORITY_INFORMATION_ACCESS,
        oids.OCSP_NO_CHECK,
        oids.RELIANCE_LIMIT,
    }
)


def _error(id_: str, clause: str, keeps: Callable[[Subject], bool]) -> Lint:
    return Lint(id=id_, clause=clause, severity=Severity.ERROR, keeps=keeps)


LINTS: Final = (
    _error("strict_der", "ITU-T X.690 §10", _strict_der),
    _error("version_3", "RFC 5280 §4.1.2.1", _version_3),
    _error("serial_64_bits", "RFC 5280 §4.1.2.2; CA/B BR §7.1", _serial),
    _error("validity", "RFC 5280 §4.1.2.5; practice statement", _validity),
    _error("inside_issuer_validity", "practice statement", _inside_issuer),
    _error("signature_algorithm", "RFC 5758 §3.2", _algorithm),
    _error("key_quality", "CA/B BR §6.1.6", _key_quality),
    _error("key_differs_from_issuer", "practice statement", _new_key),
    _error("issuer_name", "RFC 5280 §4.1.2.4", _issuer_name),
    _error("issuer_may_issue", "RFC 5280 §4.2.1.9, §4.2.1.3", _issuer_may_issue),
    _error("subject_attributes", "profile", _subject_attributes),
    _error("demonstration_organisation", "practice statement", _demonstration_organisation),
    _error("demonstration_common_name", "practice statement", _demonstration_common_name),
    _error("country", "ISO 3166-1; ETSI EN 319 412-2 §4.2.4", _country),
    _error("no_identity_number", "practice statement (privacy)", _no_hkid),
    _error("subject_key_identifier", "RFC 5280 §4.2.1.2", _subject_key_id),
    _error("authority_key_identifier", "RFC 5280 §4.2.1.1", _authority_key_id),
    _error("basic_constraints", "RFC 5280 §4.2.1.9", _basic_constraints),
    _error("key_usage", "RFC 5280 §4.2.1.3; EN 319 412-2 §4.3.2", _key_usage),
    _error("extended_key_usage", "RFC 5280 §4.2.1.12; RFC 3161 §2.3", _extended_key_usage),
    _error("policy", "RFC 5280 §4.2.1.4", _policy),
    _error("policy_qualifiers", "RFC 5280 §4.2.1.4; Cap. 553 s. 41", _policy_qualifiers),
    _error("reliance_limit", "Cap. 553 s. 41", _reliance_limit),
    _error("crl_distribution_point", "RFC 5280 §4.2.1.13", _distribution_point),
    _error("authority_information_access", "RFC 5280 §4.2.2.1", _information_access),
    _error("ocsp_no_check", "RFC 6960 §4.2.2.2.1", _no_check),
    _error("no_qc_statements", "ETSI EN 319 412-5 §4.2", _no_foreign_statements),
    _error("known_extensions", "RFC 5280 §4.2", _known_extensions),
    Lint(id="size", clause="practice statement", severity=Severity.WARNING, keeps=_size),
)


def _has(s: Subject, oid: str) -> bool:
    return any(extension.oid.dotted_string == oid for extension in s.twin.extensions)


def _value(s: Subject, oid: x509.ObjectIdentifier) -> str:
    (attribute,) = s.twin.subject.get_attributes_for_oid(oid)
    return str(attribute.value)


def _spki(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
