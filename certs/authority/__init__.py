"""The facade: an authority that was founded by a ceremony, opened and ready to answer."""

from certs.authority.facade import Authority
from certs.issuance.names import CitizenSubject
from certs.keys.possession import ProofOfPossession
from certs.register.model import CertificateStatus, IssuedCertificate, RevocationReason

__all__ = [
    "Authority",
    "CertificateStatus",
    "CitizenSubject",
    "IssuedCertificate",
    "ProofOfPossession",
    "RevocationReason",
]
