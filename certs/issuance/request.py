"""What issuing needs to know: the request as checked, the issuer, and the places of publication."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from certs.base.errors import IssuanceError
from certs.keys.possession import ProofOfPossession, proves
from certs.keys.quality import check_public_key
from certs.keys.signer import Signer
from certs.profiles.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where certificates, lists and answers are published; `base` has no slash at its end."""

    base: str

    @property
    def ocsp(self) -> str:
        """The OCSP responder."""
        return f"{self.base}/ocsp"

    @property
    def cps(self) -> str:
        """The practice statement."""
        return f"{self.base}/cps"

    def crl(self, issuer: str) -> str:
        """The CRL of an issuer, `root` or `issuing`."""
        return f"{self.base}/crl/{issuer}.crl"

    def ca(self, issuer: str) -> str:
        """The certificate of an issuer, in DER."""
        return f"{self.base}/ca/{issuer}.cer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """A CA that signs: its short name, its certificate, and its signer.

    `certificate` is None only while the root is signing itself.
    """

    name: str
    certificate: x509.Certificate | None
    signer: Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRequest:
    """A request whose key is sound and whose applicant has proved to hold it.

    Made by `checked_request` and by nothing else.
    """

    profile: Profile
    attributes: dict[str, str]
    public_key: ec.EllipticCurvePublicKey


def checked_request(
    profile: Profile,
    attributes: dict[str, str],
    public_key: ec.EllipticCurvePublicKey,
    proof: ProofOfPossession,
    *,
    applicant: str,
) -> CertificateRequest:
    """Check key quality, curve and proof of possession.

    Raises `IssuanceError` (`wrong_curve`, `no_possession`), `AlgorithmError` for a weak key.
    """
    check_public_key(public_key)
    if public_key.curve.name != profile.curve:
        raise IssuanceError("wrong_curve", public_key.curve.name)
    if not proves(proof, public_key, applicant):
        raise IssuanceError("no_possession", profile.name)
    return CertificateRequest(profile=profile, attributes=attributes, public_key=public_key)
