"""Attacks on the signing room: whoever controls the database or the process beside it.

Each starts from an order in which everything is right (`test_order_is_carried_out` is the
control) and changes one thing. Nothing may be signed.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from world.citizen import Citizen, make_room
from world.papers import page
from world.pki import Pki

from certs.base.digest import sha256
from certs.keys.possession import ProofOfPossession, proves
from certs.signing import finish
from idp.ports.signing_room import SigningOrder
from idp.signing.activation import ActivationRefused
from idp.signing_room.room import Room

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def pki() -> Pki:
    return Pki(now=NOW)


@pytest.fixture
def room() -> Room:
    return make_room(NOW)


@pytest.fixture
def document() -> bytes:
    return page("Application")


@pytest.fixture
def citizen(room: Room, pki: Pki) -> Citizen:
    citizen = Citizen()
    citizen.certify(room.new_key(citizen.binding), pki)
    return citizen


@pytest.fixture
def order(citizen: Citizen, document: bytes) -> SigningOrder:
    return citizen.order(document, now=NOW)


def refused(room: Room, order: SigningOrder) -> str:
    with pytest.raises(ActivationRefused) as error:
        room.sign(order)
    return error.value.reason


def test_order_is_carried_out(room: Room, order: SigningOrder, citizen: Citizen, pki: Pki) -> None:
    made = room.sign(order)
    assert made.prepared.document.startswith(order.document)
    assert citizen.certificate is not None
    signed = finish(
        made.prepared,
        made.signature,
        certificate=citizen.certificate,
        chain=(pki.issuing.certificate, pki.root.certificate),
        evidence=pki.evidence(citizen, at=NOW),  # type: ignore[arg-type]
    )
    assert signed.startswith(order.document)


def test_new_key_comes_with_proof_for_the_applicant(room: Room, citizen: Citizen) -> None:
    assert citizen.key is not None
    public_key = serialization.load_der_public_key(citizen.key.public_key_der)
    proof = ProofOfPossession(signature=citizen.key.proof_of_possession)
    assert proves(proof, public_key, citizen.name)  # type: ignore[arg-type]
    assert not proves(proof, public_key, "SOMEBODY ELSE")  # type: ignore[arg-type]


def test_document_swapped_after_the_approval(room: Room, order: SigningOrder) -> None:
    other = dataclasses.replace(order, document=page("Deed of gift"))
    assert refused(room, other) == "activation_other_document"


def test_one_byte_of_the_document_flipped(room: Room, order: SigningOrder) -> None:
    flipped = bytearray(order.document)
    flipped[-20] ^= 1
    changed = dataclasses.replace(order, document=bytes(flipped))
    assert refused(room, changed) == "activation_other_document"


def test_statement_edited_to_fit_another_document(room: Room, order: SigningOrder) -> None:
    other = page("Deed of gift")
    activation = json.loads(order.activation)
    statement = json.loads(activation["statement"])
    statement["document_digest"] = sha256(other).hex()
    activation["statement"] = json.dumps(statement, sort_keys=True, separators=(",", ":"))
    forged = dataclasses.replace(order, document=other, activation=json.dumps(activation))
    assert refused(room, forged) == "activation_assertion_invalid"


def test_activation_replayed(room: Room, order: SigningOrder) -> None:
    room.sign(order)
    assert refused(room, order) == "activation_used"


def test_activation_replayed_with_a_fresh_assertion(
    room: Room, order: SigningOrder, citizen: Citizen
) -> None:
    room.sign(order)
    again = citizen.approve(json.loads(order.activation)["statement"])
    assert refused(room, dataclasses.replace(order, activation=again)) == "activation_used"


def test_activation_for_another_persons_key(
    room: Room, order: SigningOrder, pki: Pki, document: bytes
) -> None:
    victim = Citizen(device_id="device-2", name="WONG Siu Ming")
    victim.certify(room.new_key(victim.binding), pki)
    theirs = victim.order(document, now=NOW)
    mixed = dataclasses.replace(
        order, wrapped_key=theirs.wrapped_key, certificate_der=theirs.certificate_der
    )
    assert refused(room, mixed) == "activation_other_key"


def test_attacker_names_the_victims_device_in_the_statement(
    room: Room, citizen: Citizen, pki: Pki, document: bytes
) -> None:
    victim = Citizen(device_id="device-2", name="WONG Siu Ming")
    victim.certify(room.new_key(victim.binding), pki)
    assert victim.key is not None
    mine = citizen.order(document, now=NOW, device_id="device-2")
    forged = dataclasses.replace(victim.order(document, now=NOW), activation=mine.activation)
    assert refused(room, forged) == "activation_assertion_invalid"


@pytest.mark.parametrize("field", ["credential_id", "credential_public_key"])
def test_credential_swapped_in_the_database(
    room: Room, pki: Pki, document: bytes, field: str
) -> None:
    """A database administrator writes their own passkey into the victim's envelope."""
    victim = Citizen(device_id="device-1", name="WONG Siu Ming")
    victim.certify(room.new_key(victim.binding), pki)
    attacker = Citizen(device_id="device-1")
    assert victim.key is not None
    envelope = json.loads(victim.key.wrapped_key)
    mine = {
        "credential_id": attacker.passkey.credential_id,
        "credential_public_key": attacker.cose,
    }
    for name in mine if field == "credential_public_key" else [field]:
        envelope[name] = base64.b64encode(mine[name]).decode()
    order = victim.order(document, now=NOW)
    if field == "credential_public_key":
        statement = attacker.statement(document, NOW + timedelta(minutes=5))
        order = dataclasses.replace(order, activation=attacker.approve(statement))
    forged = dataclasses.replace(order, wrapped_key=json.dumps(envelope).encode())
    assert refused(room, forged) in {"key_binding_broken", "activation_assertion_invalid"}


def test_whole_credential_swapped_is_stopped_by_the_wrapping(
    room: Room, pki: Pki, document: bytes
) -> None:
    victim = Citizen(name="WONG Siu Ming")
    victim.certify(room.new_key(victim.binding), pki)
    attacker = Citizen()
    attacker.certify(room.new_key(attacker.binding), pki)
    assert victim.key is not None
    assert attacker.key is not None
    envelope = json.loads(attacker.key.wrapped_key)
    envelope["blob"] = json.loads(victim.key.wrapped_key)["blob"]
    theirs = victim.order(document, now=NOW)
    forged = dataclasses.replace(
        attacker.order(document, now=NOW),
        wrapped_key=json.dumps(envelope).encode(),
        certificate_der=theirs.certificate_der,
    )
    assert refused(room, forged) == "key_binding_broken"


def test_wrapped_key_swapped_under_the_victims_certificate(
    room: Room, pki: Pki, document: bytes, citizen: Citizen
) -> None:
    """The attacker's key and passkey, but the victim's certificate: a name that is not theirs."""
    victim = Citizen(device_id="device-2", name="WONG Siu Ming")
    victim.certify(room.new_key(victim.binding), pki)
    theirs = victim.order(document, now=NOW)
    forged = dataclasses.replace(
        citizen.order(document, now=NOW), certificate_der=theirs.certificate_der
    )
    assert refused(room, forged) == "certificate_other_key"


def test_key_wrapped_by_another_room(order: SigningOrder) -> None:
    elsewhere = make_room(NOW, kek=b"x" * 32)
    assert refused(elsewhere, order) == "key_binding_broken"


def test_user_verification_missing(room: Room, citizen: Citizen, document: bytes) -> None:
    citizen.passkey.user_verified = False
    assert refused(room, citizen.order(document, now=NOW)) == "activation_assertion_invalid"


def test_assertion_made_for_another_origin(room: Room, citizen: Citizen, document: bytes) -> None:
    citizen.passkey.origin = "http://id.evil.localhost:8000"
    assert refused(room, citizen.order(document, now=NOW)) == "activation_assertion_invalid"


def test_assertion_made_for_another_rp(room: Room, citizen: Citizen, document: bytes) -> None:
    citizen.passkey.rp_id = "localhost"
    assert refused(room, citizen.order(document, now=NOW)) == "activation_assertion_invalid"


def test_assertion_under_another_credential_id(room: Room, order: SigningOrder) -> None:
    activation = json.loads(order.activation)
    activation["assertion"] |= {"id": "AAAA", "rawId": "AAAA"}
    forged = dataclasses.replace(order, activation=json.dumps(activation))
    assert refused(room, forged) == "activation_assertion_invalid"


def test_origin_and_rp_in_the_activation_are_not_believed(
    room: Room, citizen: Citizen, document: bytes
) -> None:
    citizen.passkey.origin = "http://evil.localhost"
    order = citizen.order(document, now=NOW)
    activation = {**json.loads(order.activation), "origin": "http://evil.localhost"}
    forged = dataclasses.replace(order, activation=json.dumps(activation))
    assert refused(room, forged) == "activation_assertion_invalid"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "login"}, "activation_other_kind"),
        ({"kind": "release"}, "activation_other_kind"),
        ({"purpose": "Something else"}, "activation_other_purpose"),
        ({"document_digest": None}, "activation_malformed"),
        ({"expires_at": "2026-11-21T09:24:59+00:00"}, "activation_expired"),
        ({"expires_at": "2026-11-21T09:35:00"}, "activation_malformed"),
        ({"expires_at": "2027-11-21T09:30:00+00:00"}, "activation_too_long_lived"),
        ({"expires_at": True}, "activation_malformed"),
    ],
)
def test_statement_that_says_something_else(
    room: Room, citizen: Citizen, document: bytes, changes: dict[str, object], reason: str
) -> None:
    assert refused(room, citizen.order(document, now=NOW, **changes)) == reason


def test_statement_with_two_digests(room: Room, citizen: Citizen, document: bytes) -> None:
    statement = citizen.statement(document, NOW + timedelta(minutes=5))
    doubled = statement[:-1] + ',"document_digest":"' + "0" * 64 + '"}'
    order = dataclasses.replace(
        citizen.order(document, now=NOW), activation=citizen.approve(doubled)
    )
    assert refused(room, order) == "activation_malformed"


@pytest.mark.parametrize("days", [(-400, -1), (1, 365)])
def test_certificate_out_of_its_period(
    room: Room, pki: Pki, document: bytes, days: tuple[int, int]
) -> None:
    citizen = Citizen()
    citizen.certify(room.new_key(citizen.binding), pki, days=days)
    assert refused(room, citizen.order(document, now=NOW)) == "certificate_out_of_period"


def test_hostile_document_is_refused_before_the_key(
    room: Room, citizen: Citizen, order: SigningOrder
) -> None:
    assert refused(room, citizen.order(b"%PDF-1.7 nothing", now=NOW)) == "document_refused"
    room.sign(order)


@pytest.mark.parametrize("activation", ["", "[]", "{}", '{"statement":1,"assertion":{}}', "{" * 70])
def test_malformed_activation(room: Room, order: SigningOrder, activation: str) -> None:
    bad = dataclasses.replace(order, activation=activation)
    assert refused(room, bad) == "activation_malformed"


def test_refused_order_does_not_use_up_the_right_one(room: Room, order: SigningOrder) -> None:
    refused(room, dataclasses.replace(order, document=page("Another")))
    assert room.sign(order).signature
