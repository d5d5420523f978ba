"""Every certificate goes one way, and a crash on that way leaves what can be revoked."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from world.authority import BASE_URL, START, Founded

from certs.authority import CitizenSubject
from certs.base.digest import Digest, sha256
from certs.base.errors import AlgorithmError, CertsError, IssuanceError
from certs.issuance.issue import Linted, draw_serial, issue, prepare
from certs.issuance.request import CertificateRequest, Issuer, Repository, checked_request
from certs.keys.possession import prove
from certs.keys.software import SoftwareSigner, generate_key
from certs.profiles import builtin
from certs.register.model import CertificateStatus, Register
from certs.register.sqlite import SqliteRegister

Entropy = Callable[[int], bytes]
REPOSITORY = Repository(base=BASE_URL)
SUBJECT = CitizenSubject(name_en="CHAN, Tai Man", pseudonym="PSEUDONYM-1")


class DisturbedSigner(SoftwareSigner):
    """A signer that fails, or signs something else."""

    __slots__ = ("lies",)

    def __init__(self, key: ec.EllipticCurvePrivateKey, *, lies: bool) -> None:
        super().__init__(key)
        self.lies = lies

    def sign_digest(self, digest: Digest) -> bytes:
        if self.lies:
            return super().sign_digest(sha256(digest.value))
        raise ConnectionError


@pytest.fixture
def founded(tmp_path: Path, entropy: Entropy) -> Iterator[Founded]:
    made = Founded(tmp_path, entropy)
    yield made
    made.authority.close()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    made = SqliteRegister(tmp_path / "register.sqlite")
    yield made
    made.close()


@pytest.fixture
def issuer(founded: Founded) -> Issuer:
    return founded.authority._issuing


@pytest.fixture
def request_(entropy: Entropy) -> CertificateRequest:
    signer = SoftwareSigner(generate_key("secp256r1", entropy))
    return checked_request(
        builtin("citizen"),
        SUBJECT.attributes(),
        signer.public_key,
        prove(signer, SUBJECT.pseudonym),
        applicant=SUBJECT.pseudonym,
    )


@pytest.fixture
def linted(request_: CertificateRequest, issuer: Issuer, entropy: Entropy) -> Linted:
    return prepare(request_, issuer, REPOSITORY, now=START, entropy=entropy)


def test_what_was_linted_is_what_is_issued(
    linted: Linted, issuer: Issuer, register: Register
) -> None:
    record = issue(linted, issuer, register, now=START)
    assert record.status is CertificateStatus.ISSUED
    assert record.certificate.tbs_certificate_bytes == linted.tbs
    assert record.tbs_sha256 == sha256(linted.tbs).value
    assert issuer.certificate is not None
    record.certificate.verify_directly_issued_by(issuer.certificate)


def test_a_proof_works_once(linted: Linted, issuer: Issuer, register: Register) -> None:
    issue(linted, issuer, register, now=START)
    with pytest.raises(IssuanceError, match="proof_used"):
        issue(linted, issuer, register, now=START)


def test_a_proof_is_for_one_issuer(linted: Linted, issuer: Issuer, register: Register) -> None:
    with pytest.raises(IssuanceError, match="other_issuer"):
        issue(linted, dataclasses.replace(issuer), register, now=START)


def test_a_proof_does_not_survive_a_failed_attempt(
    linted: Linted, issuer: Issuer, register: Register, entropy: Entropy
) -> None:
    register.apply(_application(linted, START))
    with pytest.raises(CertsError, match="serial_taken"):
        issue(linted, issuer, register, now=START)
    with pytest.raises(IssuanceError, match="proof_used"):
        issue(linted, issuer, register, now=START)


def test_nothing_is_signed_before_it_is_recorded(
    request_: CertificateRequest, issuer: Issuer, register: Register, entropy: Entropy
) -> None:
    """The key's room is cut off: the application stays, can be revoked, never becomes good."""
    broken = dataclasses.replace(
        issuer, signer=DisturbedSigner(generate_key("secp256r1", entropy), lies=False)
    )
    lost = prepare(request_, issuer, REPOSITORY, now=START, entropy=entropy)
    lost = dataclasses.replace(lost, issuer=broken)
    with pytest.raises(ConnectionError):
        issue(lost, broken, register, now=START)
    (left,) = register.unsigned()
    assert left.serial == lost.serial
    assert left.status is CertificateStatus.APPLIED
    assert register.mark(left.serial, left.status, CertificateStatus.REVOKED, START)
    assert not register.mark_issued(left.serial, b"too late", START)


def test_a_wrong_signature_is_never_stored(
    request_: CertificateRequest, issuer: Issuer, register: Register, founded: Founded
) -> None:
    key = founded.authority._issuing.signer._key  # type: ignore[attr-defined]
    liar = dataclasses.replace(issuer, signer=DisturbedSigner(key, lies=True))
    lied = prepare(request_, liar, REPOSITORY, now=START, entropy=founded.entropy)
    with pytest.raises(IssuanceError, match="bad_signature"):
        issue(lied, liar, register, now=START)
    found = register.find(lied.serial)
    assert found is not None
    assert found.der is None


def test_serials_have_sixteen_octets_and_are_positive() -> None:
    for drawn in (b"\x00" * 16, b"\xff" * 16):
        serial = draw_serial(lambda size, drawn=drawn: drawn[:size])
        assert serial.bit_length() == 127
    with_bits = {draw_serial(lambda size, n=n: n.to_bytes(size, "big")) for n in range(50)}
    assert len(with_bits) == 50


def test_a_request_needs_a_sound_key_and_its_proof(entropy: Entropy) -> None:
    signer = SoftwareSigner(generate_key("secp256r1", entropy))
    other = SoftwareSigner(generate_key("secp256r1", entropy))
    large = SoftwareSigner(generate_key("secp384r1", entropy))
    weak = ec.generate_private_key(ec.SECP224R1()).public_key()
    attributes, name, profile = SUBJECT.attributes(), SUBJECT.pseudonym, builtin("citizen")
    for key, proof, code in (
        (signer.public_key, prove(other, name), "no_possession"),
        (signer.public_key, prove(signer, "somebody else"), "no_possession"),
        (large.public_key, prove(large, name), "wrong_curve"),
    ):
        with pytest.raises(IssuanceError, match=code):
            checked_request(profile, attributes, key, proof, applicant=name)
    with pytest.raises(AlgorithmError, match="curve_not_allowed"):
        checked_request(profile, attributes, weak, prove(signer, name), applicant=name)


def test_what_the_lints_refuse_is_not_prepared(
    request_: CertificateRequest, issuer: Issuer, entropy: Entropy
) -> None:
    unmarked = {**request_.attributes, "CN": "CHAN, Tai Man", "O": "Somebody"}
    wrong = dataclasses.replace(request_, attributes=unmarked)
    with pytest.raises(IssuanceError) as refusal:
        prepare(wrong, issuer, REPOSITORY, now=START, entropy=entropy)
    assert refusal.value.detail == "demonstration_organisation, demonstration_common_name"


def _application(linted: Linted, now: datetime):
    from certs.issuance.issue import _application as application

    return application(linted, now)
