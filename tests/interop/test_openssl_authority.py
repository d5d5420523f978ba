"""OpenSSL agrees with what the authority issues and answers."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from world.authority import Founded

from certs.base.effects import system_clock, system_entropy
from certs.register.model import IssuedCertificate

pytestmark = pytest.mark.interop


@pytest.fixture
def founded(tmp_path: Path) -> Iterator[Founded]:
    if shutil.which("openssl") is None:
        pytest.fail("openssl is missing: apt-get install openssl")
    made = Founded(tmp_path, system_entropy, moment=system_clock())
    yield made
    made.authority.close()


@pytest.fixture
def record(founded: Founded) -> IssuedCertificate:
    made = founded.citizen()
    write(founded, "leaf.pem", made.certificate)
    issuing, root = founded.authority.ca_chain
    write(founded, "issuing.pem", issuing)
    write(founded, "root.pem", root)
    return made


def write(founded: Founded, name: str, certificate: x509.Certificate) -> None:
    (founded.folder / name).write_bytes(certificate.public_bytes(Encoding.PEM))


def openssl(founded: Founded, words: str) -> str:
    done = subprocess.run(
        ["openssl", *words.split()],
        cwd=founded.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def verify(founded: Founded, name: str, more: str = "") -> str:
    lists = [x509.load_der_x509_crl(founded.authority.crl_der(i)) for i in ("issuing", "root")]
    pem = b"".join(found.public_bytes(Encoding.PEM) for found in lists)
    (founded.folder / "crls.pem").write_bytes(pem)
    strict = "verify -x509_strict -policy_check -crl_check_all -CRLfile crls.pem -CAfile root.pem"
    return openssl(founded, f"{strict} -untrusted issuing.pem {more} {name}")


def test_every_certificate_verifies_strictly(founded: Founded, record: IssuedCertificate) -> None:
    assert verify(founded, "leaf.pem") == "leaf.pem: OK\n"
    for name, made in founded.transcript.made[1:]:
        write(founded, f"{name}.pem", made.certificate)
        assert verify(founded, f"{name}.pem") == f"{name}.pem: OK\n"
    assert "OK" in verify(founded, "tsa.pem", "-purpose timestampsign")
    assert "error" in verify(founded, "leaf.pem", "-purpose timestampsign")


def test_a_revoked_certificate_fails(founded: Founded, record: IssuedCertificate) -> None:
    founded.authority.revoke(record.serial, "keyCompromise")
    assert "certificate revoked" in verify(founded, "leaf.pem")


def test_ocsp(founded: Founded, record: IssuedCertificate) -> None:
    def ask() -> str:
        query = "ocsp -issuer issuing.pem -cert leaf.pem"
        openssl(founded, f"{query} -no_nonce -reqout request.der")
        request = (founded.folder / "request.der").read_bytes()
        answer = founded.authority.ocsp_response(request)
        (founded.folder / "answer.der").write_bytes(answer)
        return openssl(founded, f"{query} -no_nonce -respin answer.der -CAfile root.pem")

    assert "leaf.pem: good" in ask()
    assert "Response verify OK" in ask()
    founded.authority.suspend(record.serial)
    assert "certificateHold" in ask()


def test_time_stamps(founded: Founded, record: IssuedCertificate) -> None:
    (founded.folder / "document").write_bytes(b"document")

    def stamp(hash_name: str) -> str:
        openssl(founded, f"ts -query -data document -{hash_name} -cert -out request.tsq")
        request = (founded.folder / "request.tsq").read_bytes()
        answer = founded.authority.timestamp_response(request)
        (founded.folder / "answer.tsr").write_bytes(answer)
        check = "ts -verify -queryfile request.tsq -in answer.tsr"
        return openssl(founded, f"{check} -CAfile root.pem -untrusted issuing.pem")

    assert "Verification: OK" in stamp("sha256")
    assert "Verification: OK" in stamp("sha512")
    assert "badAlg" in stamp("sha1")
