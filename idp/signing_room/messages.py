"""The room's orders and answers, as messages on the wire."""

from __future__ import annotations

from certs.base.digest import Digest
from certs.signing import PreparedPdf, SignedAttributes
from idp.ports.signing_room import KeyBinding, KeySignature, NewKey, SigningOrder
from idp.signing_room.wire import Message, WireError


def ask_new_key(binding: KeyBinding) -> Message:
    """`new_key` as a message."""
    return Message(
        fields={"op": "new_key", "key_id": binding.key_id, "applicant": binding.applicant},
        blobs=(binding.credential_id, binding.credential_public_key),
    )


def ask_sign(order: SigningOrder) -> Message:
    """`sign` as a message."""
    return Message(
        fields={"op": "sign", "activation": order.activation, "reason": order.reason},
        blobs=(order.document, order.certificate_der, order.wrapped_key),
    )


def read_binding(message: Message) -> KeyBinding:
    """Read what `ask_new_key` wrote."""
    credential_id, public_key = _blobs(message, 2)
    return KeyBinding(
        key_id=_text(message, "key_id"),
        applicant=_text(message, "applicant"),
        credential_id=credential_id,
        credential_public_key=public_key,
    )


def read_order(message: Message) -> SigningOrder:
    """Read what `ask_sign` wrote."""
    document, certificate, wrapped = _blobs(message, 3)
    return SigningOrder(
        document=document,
        activation=_text(message, "activation"),
        certificate_der=certificate,
        wrapped_key=wrapped,
        reason=_text(message, "reason"),
    )


def tell_new_key(made: NewKey) -> Message:
    """A new key as a message."""
    return Message(
        fields={"done": "new_key"},
        blobs=(made.public_key_der, made.wrapped_key, made.proof_of_possession),
    )


def tell_signature(made: KeySignature) -> Message:
    """A signature as a message."""
    prepared = made.prepared
    return Message(
        fields={
            "done": "sign",
            "start": prepared.start,
            "end": prepared.end,
            "field_name": prepared.field_name,
            "algorithm": prepared.attributes.algorithm,
            "digest_algorithm": prepared.digest.algorithm,
        },
        blobs=(
            made.signature,
            prepared.attributes.encoded,
            prepared.digest.value,
            prepared.document,
        ),
    )


def read_new_key(message: Message) -> NewKey:
    """Read what `tell_new_key` wrote."""
    public_key, wrapped, proof = _blobs(message, 3)
    return NewKey(public_key_der=public_key, wrapped_key=wrapped, proof_of_possession=proof)


def read_signature(message: Message) -> KeySignature:
    """Read what `tell_signature` wrote."""
    signature, attributes, digest, document = _blobs(message, 4)
    prepared = PreparedPdf(
        document=document,
        digest=Digest(_text(message, "digest_algorithm"), digest),
        start=_number(message, "start"),
        end=_number(message, "end"),
        attributes=SignedAttributes(algorithm=_text(message, "algorithm"), encoded=attributes),
        field_name=_text(message, "field_name"),
    )
    return KeySignature(prepared=prepared, signature=signature)


def _blobs(message: Message, count: int) -> tuple[bytes, ...]:
    if len(message.blobs) != count:
        raise WireError("number of blobs")
    return tuple(message.blobs)


def _text(message: Message, name: str) -> str:
    value = message.fields.get(name)
    if not isinstance(value, str):
        raise WireError(name)
    return value


def _number(message: Message, name: str) -> int:
    value = message.fields.get(name)
    if type(value) is not int:
        raise WireError(name)
    return value
