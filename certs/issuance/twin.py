"""The twin: a certificate of exactly the wanted contents, signed by a key that is thrown away.

It is what the lints look at. Its to-be-signed part is byte for byte what the CA signs later, so
what was linted is what is issued, and no key of the CA has been touched in between.
"""

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ObjectIdentifier

from certs.base import der, oids
from certs.base.algorithms import SIGNATURES, hash_implementation
from certs.base.effects import Entropy
from certs.issuance.names import x509_name
from certs.issuance.request import CertificateRequest, Issuer, Repository
from certs.keys.software import generate_key
from certs.profiles.profile import Profile

CURRENCY: Final = "HKD"


def build(
    request: CertificateRequest,
    issuer: Issuer,
    repository: Repository,
    *,
    serial: int,
    now: datetime,
    entropy: Entropy,
) -> x509.Certificate:
    """Build the certificate and sign it with a throw-away key of the issuer's curve.

    It is valid from `now` for the profile's lifetime, and never longer than its issuer.
    """
    profile = request.profile
    subject = x509_name(request.attributes)
    not_before = now.replace(microsecond=0)
    not_after = not_before + profile.lifetime - timedelta(seconds=1)
    issuer_name, issuer_key = subject, request.public_key
    if issuer.certificate is not None:
        issuer_name = issuer.certificate.subject
        issuer_key = issuer.signer.public_key
        not_after = min(not_after, issuer.certificate.not_valid_after_utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(request.public_key)
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )
    subject_id = x509.SubjectKeyIdentifier.from_public_key(request.public_key)
    builder = builder.add_extension(subject_id, critical=False)
    if issuer.certificate is not None:
        authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key)
        builder = builder.add_extension(authority_id, critical=False)
    for extension, critical in _extensions(profile, repository):
        builder = builder.add_extension(extension, critical=critical)
    algorithm = SIGNATURES[issuer.signer.algorithm]
    assert algorithm.curve_name is not None
    throw_away = generate_key(algorithm.curve_name, entropy)
    return builder.sign(throw_away, hash_implementation(algorithm.hash_name))


def notice_text(profile: Profile) -> str:
    """Answer the user notice of a profile (RFC 5280 §4.2.1.4: at most 200 characters)."""
    text = "Demonstration certificate: its CA is not recognised under Cap. 553."
    if profile.reliance_limit is None:
        return text
    return f"{text} Reliance limit: HK${profile.reliance_limit:,}."


def reliance_limit_value(amount: int) -> bytes:
    """Encode our reliance-limit extension (see `oids.RELIANCE_LIMIT`)."""
    return der.sequence(der.printable_string(CURRENCY), der.integer(amount))


def _extensions(profile: Profile, repository: Repository) -> list[tuple[x509.ExtensionType, bool]]:
    rows: list[tuple[x509.ExtensionType, bool]] = [(_key_usage(profile), True)]
    if profile.is_ca:
        rows.append((x509.BasicConstraints(ca=True, path_length=profile.path_length), True))
    if profile.extended_key_usage:
        usages = x509.ExtendedKeyUsage([ObjectIdentifier(u) for u in profile.extended_key_usage])
        rows.append((usages, profile.extended_key_usage_critical))
    if profile.policy is not None:
        rows.append((_policies(profile, repository), False))
    if profile.status_pointers:
        rows.append((_distribution_points(profile, repository), False))
        rows.append((_information_access(profile, repository), False))
    if profile.ocsp_no_check:
        rows.append((x509.OCSPNoCheck(), False))
    if profile.reliance_limit is not None:
        value = reliance_limit_value(profile.reliance_limit)
        limit = x509.UnrecognizedExtension(ObjectIdentifier(oids.RELIANCE_LIMIT), value)
        rows.append((limit, False))
    return rows


def _key_usage(profile: Profile) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature="digital_signature" in profile.key_usage,
        content_commitment="content_commitment" in profile.key_usage,
        key_cert_sign="key_cert_sign" in profile.key_usage,
        crl_sign="crl_sign" in profile.key_usage,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _policies(profile: Profile, repository: Repository) -> x509.CertificatePolicies:
    assert profile.policy is not None
    # RFC 5280 §4.2.1.4: with anyPolicy, qualifiers are limited to these two as well
    notice = x509.UserNotice(notice_reference=None, explicit_text=notice_text(profile))
    policy = x509.PolicyInformation(ObjectIdentifier(profile.policy), [repository.cps, notice])
    return x509.CertificatePolicies([policy])


def _distribution_points(profile: Profile, repository: Repository) -> x509.CRLDistributionPoints:
    url = x509.UniformResourceIdentifier(repository.crl(profile.issuer))
    point = x509.DistributionPoint(
        full_name=[url], relative_name=None, reasons=None, crl_issuer=None
    )
    return x509.CRLDistributionPoints([point])


def _information_access(
    profile: Profile, repository: Repository
) -> x509.AuthorityInformationAccess:
    rows = [(AuthorityInformationAccessOID.CA_ISSUERS, repository.ca(profile.issuer))]
    if not profile.is_ca:  # the responder answers for the issuing CA's certificates alone
        rows.insert(0, (AuthorityInformationAccessOID.OCSP, repository.ocsp))
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(method, x509.UniformResourceIdentifier(url))
            for method, url in rows
        ]
    )
