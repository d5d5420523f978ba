"""Finds the one certificate that a container says it was signed with (EN 319 102-1 §5.2.3)."""

import hashlib
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.base.algorithms import HASHES
from certs.verification.cms import MAX_CERTIFICATES, Container
from certs.verification.codes import Reason
from certs.verification.path import certificate as gate


def find_signer(
    container: Container, others: Sequence[x509.Certificate] = ()
) -> x509.Certificate | Reason:
    """Answer the signer's certificate, bound by signing-certificate-v2 (RFC 5035 §3).

    The signer identifier alone is not signed, so anybody could put another certificate with the
    same name and key in its place; the signed hash decides, and both must agree.
    """
    if container.certificate_id is None:
        return Reason.SIGNING_CERTIFICATE_ATTRIBUTE_MISSING
    if container.certificate_id.hash_name not in HASHES:
        return Reason.ALGORITHM_UNKNOWN
    embedded = gate.read_all(container.certificates, MAX_CERTIFICATES)
    named = [c for c in (*embedded, *others) if _is_named(c, container)]
    if not named:
        return Reason.SIGNER_CERTIFICATE_MISSING
    wanted = container.certificate_id
    for certificate in named:
        encoded = certificate.public_bytes(Encoding.DER)
        if hashlib.new(wanted.hash_name, encoded).digest() == wanted.value:
            return certificate
    return Reason.SIGNING_CERTIFICATE_MISMATCH


def _is_named(certificate: x509.Certificate, container: Container) -> bool:
    if container.issuer is not None:
        return (
            certificate.serial_number == container.serial_number
            and certificate.issuer.public_bytes() == container.issuer
        )
    try:
        value = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return value.digest == container.key_id
