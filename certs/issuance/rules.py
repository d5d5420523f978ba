"""The rules that a certificate must keep; each answers True when it is kept.

They look at the parsed twin, not at what the builder was told, so that a mistake of the builder
is caught as well. Which clause each one stands for is in the table of `lints`.
"""

from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from certs.base import der, oids
from certs.base.algorithms import SIGNATURES
from certs.base.errors import AlgorithmError
from certs.issuance.names import MARK, ORGANISATION, keys_of, looks_like_hkid
from certs.issuance.request import Repository
from certs.issuance.twin import notice_text, reliance_limit_value
from certs.keys.quality import check_public_key
from certs.profiles.profile import KEY_USAGES, Profile

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What a rule looks at: the twin, and what it should be."""

    twin: x509.Certificate
    profile: Profile
    issuer: x509.Certificate | None
    algorithm: str
    repository: Repository


def strict_der(s: Inspected) -> bool:
    """The encoding is strict DER of a sane size."""
    data = s.twin.public_bytes(serialization.Encoding.DER)
    der.check_strict(data, max_bytes=der.MAX_CERTIFICATE_BYTES)
    return True


def version_3(s: Inspected) -> bool:
    """It is an X.509 version 3 certificate."""
    return s.twin.version is x509.Version.v3


def serial(s: Inspected) -> bool:
    """The serial number is positive, long, and fits 20 octets."""
    return 1 << 64 <= s.twin.serial_number < 1 << 159


def validity(s: Inspected) -> bool:
    """It begins before it ends and lasts no longer than the profile allows."""
    lifetime = s.twin.not_valid_after_utc - s.twin.not_valid_before_utc
    return 0 < lifetime.total_seconds() <= s.profile.lifetime.total_seconds()


def inside_issuer(s: Inspected) -> bool:
    """Its validity lies within its issuer's."""
    return s.issuer is None or (
        s.issuer.not_valid_before_utc <= s.twin.not_valid_before_utc
        and s.twin.not_valid_after_utc <= s.issuer.not_valid_after_utc
    )


def algorithm(s: Inspected) -> bool:
    """It names the issuer's signature algorithm."""
    return s.twin.signature_algorithm_oid.dotted_string == SIGNATURES[s.algorithm].oid


def key_quality(s: Inspected) -> bool:
    """The key is of an allowed type and size."""
    try:
        check_public_key(s.twin.public_key())
    except AlgorithmError:
        return False
    return True


def new_key(s: Inspected) -> bool:
    """The subject's key is not its issuer's."""
    if s.issuer is None:
        return True
    return _spki(s.twin) != _spki(s.issuer)


def issuer_name(s: Inspected) -> bool:
    """The issuer's name is byte for byte the subject of the issuer's certificate."""
    expected = s.twin.subject if s.issuer is None else s.issuer.subject
    return s.twin.issuer.public_bytes() == expected.public_bytes()


def issuer_may_issue(s: Inspected) -> bool:
    """The issuer is a CA that may sign this kind of certificate."""
    if s.issuer is None:
        return s.profile.issuer == "self"
    constraints = s.issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = s.issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    return (
        constraints.ca
        and usage.key_cert_sign
        and not (s.profile.is_ca and constraints.path_length == 0)
    )


def subject_attributes(s: Inspected) -> bool:
    """The subject has exactly the attributes of the profile, each once."""
    found = keys_of(s.twin.subject)
    return len(found) == len(set(found)) and set(found) == s.profile.subject


def demonstration_organisation(s: Inspected) -> bool:
    """The organisation says that this is the demonstration."""
    return ORGANISATION in _value(s, NameOID.ORGANIZATION_NAME)


def demonstration_common_name(s: Inspected) -> bool:
    """The common name says "Demonstration"."""
    return MARK in _value(s, NameOID.COMMON_NAME)


def country(s: Inspected) -> bool:
    """The country is HK."""
    return _value(s, NameOID.COUNTRY_NAME) == "HK"


def no_hkid(s: Inspected) -> bool:
    """No attribute of the subject looks like an identity card number."""
    return not any(looks_like_hkid(str(attribute.value)) for attribute in s.twin.subject)


def subject_key_id(s: Inspected) -> bool:
    """The subject key identifier is there, fits the key, and is not critical."""
    found = s.twin.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return not found.critical and found.value == x509.SubjectKeyIdentifier.from_public_key(
        s.twin.public_key()
    )


def authority_key_id(s: Inspected) -> bool:
    """The authority key identifier is the issuer's; the root has none."""
    if s.issuer is None:
        return not _has(s, oids.AUTHORITY_KEY_IDENTIFIER)
    found = s.twin.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    wanted = s.issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    return not found.critical and found.value.key_identifier == wanted


def basic_constraints(s: Inspected) -> bool:
    """A CA says so, critically, with the path length of the profile; others are silent."""
    if not s.profile.is_ca:
        return not _has(s, oids.BASIC_CONSTRAINTS)
    found = s.twin.extensions.get_extension_for_class(x509.BasicConstraints)
    return found.critical and found.value.ca and found.value.path_length == s.profile.path_length


def key_usage(s: Inspected) -> bool:
    """The key usage is critical and exactly that of the profile."""
    found = s.twin.extensions.get_extension_for_class(x509.KeyUsage)
    asserted = {name for name in (*KEY_USAGES, *_NEVER_USED) if getattr(found.value, name)}
    return found.critical and asserted == s.profile.key_usage


def extended_key_usage(s: Inspected) -> bool:
    """The extended key usage and its criticality are exactly those of the profile."""
    if not s.profile.extended_key_usage:
        return not _has(s, oids.EXTENDED_KEY_USAGE)
    found = s.twin.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    asserted = tuple(usage.dotted_string for usage in found.value)
    return (
        asserted == s.profile.extended_key_usage
        and found.critical == s.profile.extended_key_usage_critical
    )


def policy(s: Inspected) -> bool:
    """The policy is exactly that of the profile."""
    if s.profile.policy is None:
        return not _has(s, oids.CERTIFICATE_POLICIES)
    found = s.twin.extensions.get_extension_for_class(x509.CertificatePolicies).value
    return [policy.policy_identifier.dotted_string for policy in found] == [s.profile.policy]


def policy_qualifiers(s: Inspected) -> bool:
    """The policy points to the practice statement and carries the notice."""
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


def reliance_limit(s: Inspected) -> bool:
    """The reliance limit is exactly that of the profile."""
    if s.profile.reliance_limit is None:
        return not _has(s, oids.RELIANCE_LIMIT)
    found = s.twin.extensions.get_extension_for_oid(x509.ObjectIdentifier(oids.RELIANCE_LIMIT))
    value = found.value
    return (
        not found.critical
        and isinstance(value, x509.UnrecognizedExtension)
        and value.value == reliance_limit_value(s.profile.reliance_limit)
    )


def distribution_point(s: Inspected) -> bool:
    """The CRL distribution point is the issuer's, where the profile wants one."""
    if not s.profile.status_pointers:
        return not _has(s, oids.CRL_DISTRIBUTION_POINTS)
    points = s.twin.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    names = [name.value for point in points for name in point.full_name or ()]
    return names == [s.repository.crl(s.profile.issuer)]


def information_access(s: Inspected) -> bool:
    """OCSP and issuer addresses are those of the repository, where wanted."""
    if not s.profile.status_pointers:
        return not _has(s, oids.AUTHORITY_INFORMATION_ACCESS)
    found = s.twin.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    names = [description.access_location.value for description in found.value]
    wanted = [s.repository.ca(s.profile.issuer)]
    if not s.profile.is_ca:
        wanted.insert(0, s.repository.ocsp)
    return not found.critical and names == wanted


def no_check(s: Inspected) -> bool:
    """A delegated OCSP responder, and nothing else, says that it is not checked."""
    return _has(s, oids.OCSP_NO_CHECK) == s.profile.ocsp_no_check


def no_foreign_statements(s: Inspected) -> bool:
    """It asserts no qualified status under a scheme that is not ours."""
    return not _has(s, oids.QC_STATEMENTS)


def known_extensions(s: Inspected) -> bool:
    """It has no extension that is not known here."""
    return {extension.oid.dotted_string for extension in s.twin.extensions} <= _EXTENSIONS


def size(s: Inspected) -> bool:
    """It is of an ordinary size."""
    return len(s.twin.public_bytes(serialization.Encoding.DER)) <= 2048


def _has(s: Inspected, oid: str) -> bool:
    return any(extension.oid.dotted_string == oid for extension in s.twin.extensions)


def _value(s: Inspected, oid: x509.ObjectIdentifier) -> str:
    (attribute,) = s.twin.subject.get_attributes_for_oid(oid)
    return str(attribute.value)


def _spki(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
