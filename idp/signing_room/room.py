"""What the room does with an order, step by step; each step must hold before the next one.

 1. the activation is read: a statement and a passkey's assertion over it
 2. the statement is about this key, this document (hashed here), this purpose, now
 3. the assertion is the sealed passkey's, with user verification, for this very statement
 4. the certificate is in force, and the document is fit to be signed
 5. the activation was never used in this process
 6. the key is opened: only now is the binding of 3 proved by the wrapping itself
 7. the key is the certificate's; it signs the attributes that were built here, and is forgotten

The caller still owes: the compare-and-swap of the activation and the record of the intent,
before; the time stamp, the evidence and the record of the signature, after.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from webauthn import verify_authentication_response
from webauthn.helpers import parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException

from certs.base.der import certificate_from_der
from certs.base.digest import Digest, sha256
from certs.base.effects import Clock, Entropy
from certs.base.errors import CustodyError, EncodingError
from certs.keys import custody
from certs.signing import PdfAppearance, PreparedPdf, SigningError, prepare
from idp.ports.signing_room import KeyBinding, KeySignature, NewKey, SigningOrder
from idp.signing import activation
from idp.signing.activation import ActivationMessage, ActivationRefused, JudgedStatement
from idp.signing_room import envelope


class Room:
    """Holds the key-encryption key; keeps in mind which activations it has seen."""

    def __init__(
        self,
        kek: custody.KeyEncryptionKey,
        *,
        rp_id: str,
        origin: str,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._kek = kek
        self._rp_id = rp_id
        self._origin = origin
        self._clock = clock
        self._entropy = entropy
        self._used: Final[dict[bytes, datetime]] = {}

    def new_key(self, binding: KeyBinding) -> NewKey:
        """Make a P-256 key that only this passkey can activate, ever."""
        made = custody.generate(
            self._kek,
            self._entropy,
            key_id=envelope.sealed_name(binding),
            applicant=binding.applicant,
        )
        return NewKey(
            public_key_der=made.public_key.public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            ),
            wrapped_key=envelope.seal(binding, made.wrapped),
            proof_of_possession=made.proof_of_possession.signature,
        )

    def sign(self, order: SigningOrder) -> KeySignature:
        """Carry out an order, or raise ActivationRefused with the reason."""
        now = self._clock()
        message = activation.read(order.activation)
        sealed = envelope.unseal(order.wrapped_key)
        digest = sha256(order.document)
        judged = activation.judge(
            message.statement,
            key_id=sealed.binding.key_id,
            document_digest=digest.hex(),
            purpose=order.reason,
            now=now,
        )
        self._check_assertion(message, sealed.binding)
        certificate = _certificate(order.certificate_der, now)
        prepared = _prepare(order, certificate, now)
        self._use_up(message.statement, judged, now)
        signature = self._open_and_sign(sealed, judged, digest, certificate, prepared, now)
        return KeySignature(prepared=prepared, signature=signature)

    def _check_assertion(self, message: ActivationMessage, binding: KeyBinding) -> None:
        """WebAuthn §7.2 with the sealed credential: challenge, origin, RP, UP, UV, signature."""
        try:
            credential = parse_authentication_credential_json(dict(message.assertion))
            client_data = parse_client_data_json(credential.response.client_data_json)
            verify_authentication_response(
                credential=credential,
                expected_challenge=sha256(message.statement.encode()).value,
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                credential_public_key=binding.credential_public_key,
                credential_current_sign_count=0,  # counters are the directory's to watch
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise ActivationRefused("activation_assertion_invalid") from error
        if credential.raw_id != binding.credential_id or client_data.cross_origin:
            raise ActivationRefused("activation_assertion_invalid")

    def _use_up(self, statement: str, judged: JudgedStatement, now: datetime) -> None:
        for key in [key for key, until in self._used.items() if until <= now]:
            del self._used[key]
        key = sha256(statement.encode()).value
        if key in self._used:
            raise ActivationRefused("activation_used")
        self._used[key] = judged.carry_out_until

    def _open_and_sign(
        self,
        sealed: envelope.Envelope,
        judged: JudgedStatement,
        digest: Digest,
        certificate: x509.Certificate,
        prepared: PreparedPdf,
        now: datetime,
    ) -> bytes:
        leave = custody.Activation(
            document_digest=digest,
            key_id=sealed.wrapped.key_id,
            approval_id=judged.approval_id,
            expires_at=judged.carry_out_until,
        )
        try:
            with custody.open_key(self._kek, sealed.wrapped, leave, digest, now=now) as signer:
                if signer.public_key != certificate.public_key():
                    raise ActivationRefused("certificate_other_key")
                return signer.sign_digest(prepared.attributes.to_be_signed())
        except CustodyError as error:
            raise ActivationRefused("key_binding_broken") from error


def _certificate(der: bytes, now: datetime) -> x509.Certificate:
    """Read the certificate and check its period (ETO s. 6(2)(c): when the signature is made)."""
    try:
        certificate = certificate_from_der(der)
    except EncodingError as error:
        raise ActivationRefused("certificate_other_key") from error
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        raise ActivationRefused("certificate_out_of_period")
    return certificate


def _prepare(order: SigningOrder, certificate: x509.Certificate, now: datetime) -> PreparedPdf:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    appearance = PdfAppearance(
        claimed_time=now,
        signer_name=str(names[0].value) if names else "",
        reason=order.reason,
    )
    try:
        return prepare(
            order.document, appearance=appearance, algorithm="ES256", certificate=certificate
        )
    except SigningError as error:
        raise ActivationRefused("document_refused") from error
