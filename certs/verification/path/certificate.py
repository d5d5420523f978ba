"""The gate before any path is built: what is not a sound certificate never becomes a link of one.

Each question is answered from the certificate alone. RFC 5280 §4.1-4.2, RFC 9336, pki.md §8.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, ObjectIdentifier

from certs.base import oids
from certs.base.der import certificate_from_der
from certs.base.errors import CertsError
from certs.verification.codes import Reason

MAX_SERIAL_BYTES: Final = 20
ANY_EXTENDED_KEY_USAGE: Final = "2.5.29.37.0"
NO_REV_AVAIL: Final = "2.5.29.56"  # RFC 9608 §2
SIGNING_PURPOSES: Final = frozenset({oids.DOCUMENT_SIGNING, ANY_EXTENDED_KEY_USAGE})
PROCESSED: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.POLICY_CONSTRAINTS,
        ExtensionOID.INHIBIT_ANY_POLICY,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
    }
)
"""The critical extensions that the path step acts upon; any other one is a refusal."""


@lru_cache(maxsize=256)
def read(data: bytes) -> x509.Certificate | None:
    """Read one certificate from strict DER; None where it is not one."""
    try:
        return certificate_from_der(data)
    except CertsError:
        return None


def read_all(encodings: Iterable[bytes], limit: int) -> tuple[x509.Certificate, ...]:
    """Read the first `limit` different certificates, leaving out what is not one."""
    distinct = list(dict.fromkeys(encodings))[:limit]
    return tuple(c for c in map(read, distinct) if c is not None)


def flaw(certificate: x509.Certificate) -> Reason | None:
    """Name what is unsound in a certificate of any kind; None means it may be used."""
    try:
        extensions = certificate.extensions
        version, serial = certificate.version, certificate.serial_number
    except (ValueError, x509.DuplicateExtension, x509.InvalidVersion):
        return Reason.CERTIFICATE_EXTENSIONS
    if version is not x509.Version.v3:
        return Reason.CERTIFICATE_VERSION
    if serial <= 0 or (serial.bit_length() + 8) // 8 > MAX_SERIAL_BYTES:
        return Reason.CERTIFICATE_SERIAL
    if any(e.critical and e.oid not in PROCESSED for e in extensions):
        return Reason.UNKNOWN_CRITICAL_EXTENSION
    return None


def signer_flaw(certificate: x509.Certificate) -> Reason | None:
    """Name why a certificate is not one for signing documents (RFC 9336 §4, RFC 5280 §4.2.1.3).

    Key usage must be there with contentCommitment or digitalSignature; an extended key usage may
    be absent, else it must name document signing. Encipherment and TLS certificates end here.
    """
    if is_ca(certificate):
        return Reason.LEAF_IS_CA
    usage = key_usage(certificate)
    if usage is None or not (usage.content_commitment or usage.digital_signature):
        return Reason.KEY_USAGE
    purposes = extended_key_usage(certificate)
    if purposes is not None and not purposes & SIGNING_PURPOSES:
        return Reason.EXTENDED_KEY_USAGE
    return None


def timestamp_flaw(certificate: x509.Certificate) -> Reason | None:
    """Name why a certificate is not a time-stamping unit's: sole, critical EKU (RFC 3161 §2.3)."""
    if is_ca(certificate):
        return Reason.LEAF_IS_CA
    usage = key_usage(certificate)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        return Reason.KEY_USAGE
    try:
        extension = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return Reason.EXTENDED_KEY_USAGE
    names = [purpose.dotted_string for purpose in extension.value]
    if not extension.critical or names != [oids.TIME_STAMPING]:
        return Reason.EXTENDED_KEY_USAGE
    return None


def is_ca(certificate: x509.Certificate) -> bool:
    """Decide whether basicConstraints says cA (RFC 5280 §4.2.1.9)."""
    constraints = basic_constraints(certificate)
    return constraints is not None and constraints.ca


def basic_constraints(certificate: x509.Certificate) -> x509.BasicConstraints | None:
    """Answer the basicConstraints extension, or None."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return None


def key_usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    """Answer the keyUsage extension, or None."""
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def extended_key_usage(certificate: x509.Certificate) -> frozenset[str] | None:
    """Answer the purposes as dotted identifiers, or None where the extension is absent."""
    try:
        value = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return None
    return frozenset(purpose.dotted_string for purpose in value)


def has(certificate: x509.Certificate, oid: str) -> bool:
    """Decide whether an extension is there."""
    wanted = ObjectIdentifier(oid)
    return any(extension.oid == wanted for extension in certificate.extensions)
