import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from world.authority import Founded

from certs.authority import CertificateStatus, CitizenSubject
from certs.base.digest import sha256
from certs.base.effects import system_entropy
from certs.base.errors import IssuanceError, RegisterError


@pytest.fixture
def founded(tmp_path: Path, entropy: Callable[[int], bytes]) -> Iterator[Founded]:
    made = Founded(tmp_path, entropy)
    yield made
    made.authority.close()


def test_a_certificate_is_active_once_it_was_accepted(founded: Founded) -> None:
    """Cap. 553 s. 2, "accept"."""
    record = founded.citizen(accepted=False)
    status = founded.authority.status
    assert status(record.serial) is CertificateStatus.ISSUED
    founded.authority.accept(record.serial)
    assert status(record.serial) is CertificateStatus.ACTIVE
    with pytest.raises(RegisterError, match="wrong_status"):
        founded.authority.accept(record.serial)


def test_the_ways_of_a_certificate(founded: Founded) -> None:
    authority, serial = founded.authority, founded.citizen().serial
    authority.suspend(serial)
    assert authority.status(serial) is CertificateStatus.SUSPENDED
    with pytest.raises(RegisterError, match="wrong_status"):
        authority.suspend(serial)
    authority.resume(serial)
    with pytest.raises(RegisterError, match="wrong_status"):
        authority.resume(serial)
    authority.suspend(serial)
    authority.revoke(serial, "keyCompromise")
    assert authority.status(serial) is CertificateStatus.REVOKED
    for act in (authority.resume, authority.suspend, authority.accept):
        with pytest.raises(RegisterError, match="wrong_status"):
            act(serial)
    with pytest.raises(RegisterError, match="already_revoked"):
        authority.revoke(serial, "superseded")


@pytest.mark.parametrize("reason", ["", "certificateHold", "removeFromCRL", "because"])
def test_a_revocation_needs_a_real_reason(founded: Founded, reason: str) -> None:
    serial = founded.citizen().serial
    with pytest.raises(RegisterError, match="bad_reason"):
        founded.authority.revoke(serial, reason)
    assert founded.authority.status(serial) is CertificateStatus.ACTIVE


def test_an_unknown_serial_is_told_apart(founded: Founded) -> None:
    authority = founded.authority
    assert authority.find(5) is None
    for act in (authority.accept, authority.revoke, authority.suspend, authority.status):
        with pytest.raises(RegisterError, match="unknown_serial"):
            act(5)
    with pytest.raises(RegisterError, match="unknown_issuer"):
        authority.crl_der("somebody")


def test_status_survives_a_restart_and_time(founded: Founded) -> None:
    serial = founded.citizen().serial
    founded.authority.close()
    founded.authority = founded.open()
    assert founded.authority.status(serial) is CertificateStatus.ACTIVE
    founded.clock.advance(days=1096)
    assert founded.authority.status(serial) is CertificateStatus.EXPIRED


def test_nobody_gets_a_certificate_for_somebody_elses_key(founded: Founded) -> None:
    key = founded.key("PSEUDONYM-A")
    for pseudonym in ("PSEUDONYM-B", "pseudonym-a"):
        with pytest.raises(IssuanceError, match="no_possession"):
            founded.authority.issue_citizen(
                subject=CitizenSubject(name_en="CHAN", pseudonym=pseudonym),
                public_key=key.public_key,
                proof_of_possession=key.proof_of_possession,
                minor=False,
            )


def test_a_seal_signs_with_its_certificate(founded: Founded) -> None:
    signer, certificate = founded.authority.seal_signer("licensing")
    signature = signer.sign_digest(sha256(b"document"))
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(signature, b"document", ec.ECDSA(hashes.SHA256()))
    assert "Licensing Services" in certificate.subject.rfc4514_string()


def test_seals_are_made_once(founded: Founded) -> None:
    authority = founded.authority
    assert authority.seal_names == ("licensing", "notices")
    record = authority.issue_seal("examinations", "Examinations Office")
    assert record.status is CertificateStatus.ACTIVE
    assert authority.seal_signer("examinations")[1].serial_number == record.serial
    with pytest.raises(IssuanceError, match="seal_exists"):
        authority.issue_seal("examinations", "Examinations Office")
    authority.ensure_seal("examinations", "Examinations Office")
    with pytest.raises(IssuanceError, match="bad_name"):
        authority.ensure_seal("../up", "Examinations Office")
    with pytest.raises(IssuanceError, match="no_such_seal"):
        authority.seal_signer("unknown")


def test_a_seal_that_was_revoked_does_not_sign(founded: Founded) -> None:
    _, certificate = founded.authority.seal_signer("notices")
    founded.authority.revoke(certificate.serial_number, "keyCompromise")
    with pytest.raises(IssuanceError, match="seal_not_active"):
        founded.authority.seal_signer("notices")


def test_the_roots_list_shows_a_revoked_issuing_ca(founded: Founded) -> None:
    issuing, root = founded.authority.ca_chain
    founded.authority.revoke(issuing.serial_number, "cACompromise")
    found = x509.load_der_x509_crl(founded.authority.crl_der("root"))
    assert found.get_revoked_certificate_by_serial_number(issuing.serial_number) is not None
    assert found.is_signature_valid(root.public_key())


def test_many_threads_get_one_list_and_unique_serials(tmp_path: Path) -> None:
    founded = Founded(tmp_path, system_entropy)
    lists: set[bytes] = set()
    serials: list[int] = []

    def work() -> None:
        serials.extend(founded.citizen().serial for _ in range(3))
        lists.add(founded.authority.crl_der())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(serials)) == 12
    assert len(lists) == 1
    founded.authority.close()
