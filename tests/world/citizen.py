"""A citizen with a passkey and a key in the signing room, for tests of signing."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from world.pki import Identity, Pki, name, policies, usage

from certs.base import oids
from certs.base.digest import sha256
from certs.keys.custody import KeyEncryptionKey
from idp.ports.signing_room import KeyBinding, NewKey, SigningOrder
from idp.signing_room.room import Room
from onechop.phone.passkey import SoftwarePasskey

ORIGIN = "http://id.localhost:8000"
RP_ID = "id.localhost"
PURPOSE = "Apply for the renewal of a vehicle licence"


def make_room(moment: datetime | None = None, kek: bytes = b"k" * 32) -> Room:
    """A room in this process, with a clock that stands still."""
    now = moment or datetime.now(UTC)
    counter = iter(range(1, 10_000))
    return Room(
        KeyEncryptionKey(kek),
        rp_id=RP_ID,
        origin=ORIGIN,
        clock=lambda: now,
        entropy=lambda size: sha256(str(next(counter)).encode()).value.ljust(size, b"\1")[:size],
    )


@dataclass
class Citizen:
    """Somebody who can approve a signature, rightly or wrongly."""

    device_id: str = "device-1"
    name: str = "CHAN Tai Man"
    passkey: SoftwarePasskey = field(init=False)
    cose: bytes = field(init=False)
    key: NewKey | None = None
    certificate: x509.Certificate | None = None

    def __post_init__(self) -> None:
        options = {
            "rp": {"id": RP_ID},
            "user": {"id": "dXNlcg"},
            "challenge": base64.urlsafe_b64encode(b"c" * 32).rstrip(b"=").decode(),
        }
        self.passkey, created = SoftwarePasskey.create(options, origin=ORIGIN)
        raw = created["response"]["attestationObject"]
        attestation = cbor2.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
        self.cose = attestation["authData"][37 + 16 + 2 + 32 :]

    @property
    def binding(self) -> KeyBinding:
        return KeyBinding(
            key_id=self.device_id,
            applicant=self.name,
            credential_id=self.passkey.credential_id,
            credential_public_key=self.cose,
        )

    def certify(self, key: NewKey, pki: Pki, **leaf: Any) -> x509.Certificate:
        """Take the key and have a certificate made for it."""
        self.key = key
        public_key = serialization.load_der_public_key(key.public_key_der)
        self.certificate = certificate_for(pki, self.name, public_key, **leaf)
        return self.certificate

    def statement(self, document: bytes, until: datetime, **changes: Any) -> str:
        said = {
            "v": 1,
            "kind": "sign",
            "approval_id": "approval-1",
            "nonce": "00" * 32,
            "client_id": "licensing",
            "client_name": "Licensing Services",
            "purpose": PURPOSE,
            "code": "4827",
            "device_id": self.device_id,
            "released": {},
            "document_digest": sha256(document).hex(),
            "title": "Application",
            "expires_at": until.isoformat(),
        }
        return json.dumps({**said, **changes}, sort_keys=True, separators=(",", ":"))

    def approve(self, statement: str) -> str:
        """The activation: the passkey signs the hash of the statement."""
        challenge = base64.urlsafe_b64encode(sha256(statement.encode()).value).rstrip(b"=")
        assertion = self.passkey.get({"challenge": challenge.decode()})
        return json.dumps(
            {"statement": statement, "assertion": assertion, "origin": ORIGIN, "rp_id": RP_ID}
        )

    def order(
        self, document: bytes, *, now: datetime | None = None, **changes: Any
    ) -> SigningOrder:
        """Everything in order: the citizen saw this document and approved."""
        moment = now or datetime.now(UTC)
        statement = self.statement(document, moment + timedelta(minutes=5), **changes)
        assert self.key is not None
        assert self.certificate is not None
        return SigningOrder(
            document=document,
            activation=self.approve(statement),
            certificate_der=self.certificate.public_bytes(serialization.Encoding.DER),
            wrapped_key=self.key.wrapped_key,
            reason=PURPOSE,
        )


def certificate_for(
    pki: Pki, common_name: str, public_key: Any, *, days: tuple[int, int] = (-1, 365)
) -> x509.Certificate:
    """A citizen's certificate over a public key whose private half we do not have."""
    from cryptography.hazmat.primitives import hashes

    issuer: Identity = pki.issuing
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common_name))
        .issuer_name(issuer.certificate.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(pki.now + timedelta(days=days[0]))
        .not_valid_after(pki.now + timedelta(days=days[1]))
        .add_extension(usage(content_commitment=True), critical=True)
        .add_extension(policies(oids.POLICY_CITIZEN), critical=False)
    )
    return builder.sign(issuer.key, hashes.SHA256())
