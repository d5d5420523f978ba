"""A small authority for tests, with a knob for everything that can be wrong with one.

It is built with `cryptography` and the DER writer alone, apart from the real authority, so that
negative cases (expired, revoked, wrong usage, foreign) need no unsafe switch in the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID, ObjectIdentifier

from certs.base import der, oids
from certs.base.digest import Digest, sha256
from certs.signing import PdfAppearance, SigningEvidence, sign_pdf
from certs.trustlist import Anchor, Period, RecognitionEntry, TrustList, fingerprint

NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}


@dataclass(frozen=True)
class KeySigner:
    """A `Signer` over a key in memory."""

    key: ec.EllipticCurvePrivateKey
    algorithm: str = "ES256"

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self.key.public_key()

    def sign_digest(self, digest: Digest) -> bytes:
        return self.key.sign(digest.value, ec.ECDSA(Prehashed(HASHES[digest.algorithm])))


@dataclass(frozen=True)
class Identity:
    """A key with its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def signer(self) -> KeySigner:
        curve = "ES384" if self.key.curve.name == "secp384r1" else "ES256"
        return KeySigner(self.key, curve)


def name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "HK"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def usage(**on: bool) -> x509.KeyUsage:
    bits = [
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ]
    return x509.KeyUsage(**{bit: on.get(bit, False) for bit in bits})


def reliance(amount: int) -> x509.UnrecognizedExtension:
    value = der.sequence(der.printable_string("HKD"), der.integer(amount))
    return x509.UnrecognizedExtension(ObjectIdentifier(oids.RELIANCE_LIMIT), value)


@dataclass
class Pki:
    """Root → issuing → (leaf, TSA, OCSP responder), valid around `now`."""

    now: datetime = NOW
    root_name: str = "Test Root (demonstration)"
    issuing_name: str = "Test Issuing (demonstration)"
    path_length: int | None = 0
    issuing_days: tuple[int, int] = (-900, 900)
    root_days: tuple[int, int] = (-1000, 3000)
    issuing_extra: tuple[x509.ExtensionType, ...] = ()
    tsa_usage: str = oids.TIME_STAMPING
    tsa_days: tuple[int, int] = (-800, 800)
    revoked: dict[int, tuple[datetime, x509.ReasonFlags | None]] = field(default_factory=dict)

    # --- certificates -------------------------------------------------------------------------
    def issue(
        self,
        subject: x509.Name,
        *,
        issuer: Identity | None,
        key: ec.EllipticCurvePrivateKey | None = None,
        days: tuple[int, int] = (-100, 600),
        extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    ) -> Identity:
        key = key or ec.generate_private_key(ec.SECP256R1())
        issuer_name = issuer.certificate.subject if issuer else subject
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer_name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now + days[0] * DAY)
            .not_valid_after(self.now + days[1] * DAY)
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        signing_key = issuer.key if issuer else key
        digest = hashes.SHA384() if signing_key.curve.name == "secp384r1" else hashes.SHA256()
        return Identity(key, builder.sign(signing_key, digest))

    @cached_property
    def root(self) -> Identity:
        return self.issue(
            name(self.root_name),
            issuer=None,
            key=ec.generate_private_key(ec.SECP384R1()),
            days=self.root_days,
            extensions=(
                (x509.BasicConstraints(ca=True, path_length=None), True),
                (usage(key_cert_sign=True, crl_sign=True), True),
            ),
        )

    @cached_property
    def issuing(self) -> Identity:
        return self.issue(
            name(self.issuing_name),
            issuer=self.root,
            days=self.issuing_days,
            extensions=(
                (x509.BasicConstraints(ca=True, path_length=self.path_length), True),
                (usage(key_cert_sign=True, crl_sign=True), True),
                (policies(oids.ANY_POLICY), False),
                *((extension, True) for extension in self.issuing_extra),
            ),
        )

    @cached_property
    def tsa(self) -> Identity:
        purpose = x509.ExtendedKeyUsage([ObjectIdentifier(self.tsa_usage)])
        return self.issue(
            name("Test TSA (demonstration)"),
            issuer=self.issuing,
            days=self.tsa_days,
            extensions=(
                (purpose, True),
                (usage(digital_signature=True), True),
                (policies(oids.POLICY_TSA), False),
            ),
        )

    @cached_property
    def responder(self) -> Identity:
        purpose = x509.ExtendedKeyUsage([ObjectIdentifier(oids.OCSP_SIGNING)])
        return self.issue(
            name("Test OCSP (demonstration)"),
            issuer=self.issuing,
            extensions=((purpose, False), (x509.OCSPNoCheck(), False)),
        )

    def leaf(
        self,
        *,
        policy: str = oids.POLICY_CITIZEN,
        limit: int | None = 200_000,
        key_usage: x509.KeyUsage | None = None,
        days: tuple[int, int] = (-100, 600),
        extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
        issuer: Identity | None = None,
        common_name: str = "CHAN Tai Man (demonstration)",
    ) -> Identity:
        extensions: list[tuple[x509.ExtensionType, bool]] = [
            (key_usage or usage(content_commitment=True), True),
            (policies(policy), False),
            *extra,
        ]
        if limit is not None:
            extensions.append((reliance(limit), False))
        return self.issue(
            name(common_name), issuer=issuer or self.issuing, days=days, extensions=extensions
        )

    # --- status -------------------------------------------------------------------------------
    def crl(
        self,
        *,
        issuer: Identity | None = None,
        at: datetime | None = None,
        next_update: datetime | None = None,
        extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
    ) -> bytes:
        issuer = issuer or self.issuing
        at = at or self.now
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(at)
            .next_update(next_update or at + DAY)
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        for extension, critical in extra:
            builder = builder.add_extension(extension, critical=critical)
        for serial, (when, reason) in self.revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
            if reason is not None:
                entry = entry.add_extension(x509.CRLReason(reason), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        digest = hashes.SHA384() if issuer.key.curve.name == "secp384r1" else hashes.SHA256()
        crl = builder.sign(issuer.key, digest)
        return crl.public_bytes(serialization.Encoding.DER)

    def ocsp(
        self,
        certificate: x509.Certificate,
        *,
        at: datetime | None = None,
        signed_by: Identity | None = None,
        lifetime: timedelta = timedelta(hours=4),
    ) -> bytes:
        at = at or self.now
        responder = signed_by or self.responder
        revoked = self.revoked.get(certificate.serial_number)
        response = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=certificate,
                issuer=self.issuing.certificate,
                algorithm=hashes.SHA256(),
                cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
                this_update=at,
                next_update=at + lifetime,
                revocation_time=revoked[0] if revoked else None,
                revocation_reason=revoked[1] if revoked else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
            .certificates([responder.certificate])
            .sign(responder.key, hashes.SHA256())
        )
        return response.public_bytes(serialization.Encoding.DER)

    # --- time ---------------------------------------------------------------------------------
    def timestamp(self, digest: Digest, *, at: datetime | None = None) -> bytes:
        """A bare TimeStampToken over `digest` (RFC 3161 §2.4.2)."""
        return token(self.tsa, digest, at or self.now)

    # --- trust --------------------------------------------------------------------------------
    def trust_list(
        self,
        *,
        policy: str = oids.POLICY_CITIZEN,
        start: datetime | None = None,
        end: datetime | None = None,
        suspended: tuple[Period, ...] = (),
        revoked_at: datetime | None = None,
        class_name: str = "citizen",
    ) -> TrustList:
        entry = RecognitionEntry(
            issuer=fingerprint(self.issuing.certificate),
            class_name=class_name,
            policy=policy,
            period=Period(start=start or self.now - 2000 * DAY, end=end),
            suspended=suspended,
            revoked_at=revoked_at,
        )
        return TrustList(
            sequence=1,
            issued_at=self.now - 5000 * DAY,
            next_update=self.now + 5000 * DAY,
            demo=True,
            anchors=(Anchor(name=self.root_name, certificate=self.root.certificate),),
            recognitions=(entry,),
        )

    # --- signing ------------------------------------------------------------------------------
    def evidence(
        self,
        identity: Identity,
        *,
        at: datetime | None = None,
        status_at: datetime | None = None,
        timestamp: bool = True,
        status: bool = True,
    ) -> SigningEvidence:
        at = at or self.now
        status_at = status_at or at
        response = self.ocsp(identity.certificate, at=status_at) if status else None
        crls = (
            self.crl(at=status_at),
            self.crl(issuer=self.root, at=status_at),
        )
        return SigningEvidence(
            timestamp=(lambda digest: self.timestamp(digest, at=at)) if timestamp else None,
            ocsp=(lambda _certificate, _issuer: response) if response else None,
            crls=crls if status else (),
        )

    def sign(
        self,
        document: bytes,
        identity: Identity,
        *,
        at: datetime | None = None,
        evidence: SigningEvidence | None = None,
        **appearance: object,
    ) -> bytes:
        """Sign with everything in order unless told otherwise."""
        return sign_pdf(
            document,
            signer=identity.signer,
            certificate=identity.certificate,
            chain=(self.issuing.certificate, self.root.certificate),
            evidence=evidence or self.evidence(identity, at=at),
            appearance=PdfAppearance(
                claimed_time=at or self.now, signer_name="CHAN Tai Man", **appearance
            ),
        )


def policies(*identifiers: str) -> x509.CertificatePolicies:
    return x509.CertificatePolicies(
        [x509.PolicyInformation(ObjectIdentifier(oid), None) for oid in identifiers]
    )


def access(url: str) -> x509.AuthorityInformationAccess:
    location = x509.UniformResourceIdentifier(url)
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, location)]
    )


def token(tsa: Identity, digest: Digest, at: datetime, *, serial: int = 7) -> bytes:
    hash_oid = {"sha256": oids.SHA256, "sha384": oids.SHA384, "sha1": oids.SHA1}[digest.algorithm]
    imprint = der.sequence(
        der.sequence(der.object_identifier(hash_oid)), der.octet_string(digest.value)
    )
    info = der.sequence(
        der.integer(1),
        der.object_identifier(oids.TIMESTAMP_POLICY),
        imprint,
        der.integer(serial),
        der.generalized_time(at, milliseconds=True),
    )
    certificate = tsa.certificate.public_bytes(serialization.Encoding.DER)
    certificate_id = der.sequence(
        der.sequence(der.sequence(der.octet_string(sha256(certificate).value)))
    )
    attributes = der.set_of(
        (
            attribute(oids.CONTENT_TYPE, der.object_identifier(oids.TST_INFO)),
            attribute(oids.MESSAGE_DIGEST, der.octet_string(sha256(info).value)),
            attribute(oids.SIGNING_CERTIFICATE_V2, certificate_id),
        )
    )
    algorithm = der.sequence(der.object_identifier(oids.SHA256))
    signer = der.sequence(
        der.integer(1),
        der.sequence(
            tsa.certificate.issuer.public_bytes(), der.integer(tsa.certificate.serial_number)
        ),
        algorithm,
        b"\xa0" + attributes[1:],
        der.sequence(der.object_identifier(oids.ECDSA_SHA256)),
        der.octet_string(tsa.signer.sign_digest(sha256(attributes))),
    )
    content = der.sequence(
        der.object_identifier(oids.TST_INFO), der.explicit(0, der.octet_string(info))
    )
    return der.sequence(
        der.object_identifier(oids.SIGNED_DATA),
        der.explicit(
            0,
            der.sequence(
                der.integer(3),
                der.set_of((algorithm,)),
                content,
                der.tlv(0xA0, certificate),
                der.set_of((signer,)),
            ),
        ),
    )


def attribute(oid: str, value: bytes) -> bytes:
    return der.sequence(der.object_identifier(oid), der.set_of((value,)))
