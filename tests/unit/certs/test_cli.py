import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from typer.testing import CliRunner, Result

from certs.cli import app
from certs.keys.possession import prove
from certs.keys.software import SoftwareSigner, generate_key
from certs.trustlist import load

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--folder", str(tmp_path / "pki")])

    assert call("ceremony", "--base-url", "http://id.localhost:8000/pki").exit_code == 0
    return call


def answer(result: Result) -> dict:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def serial(run: Run, tmp_path: Path, entropy: Callable[[int], bytes]) -> str:
    signer = SoftwareSigner(generate_key("secp256r1", entropy))
    (tmp_path / "key.pem").write_bytes(
        signer.public_key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    proof = base64.b64encode(prove(signer, "PSEUDONYM-1").signature).decode()
    words = ["issue", "--name-en", "CHAN, Tai Man", "--pseudonym", "PSEUDONYM-1"]
    words += ["--public-key", str(tmp_path / "key.pem"), "--proof", proof, "--json"]
    issued = answer(run(*words))
    assert x509.load_pem_x509_certificate(issued["certificate"].encode())
    assert issued["status"] == "issued"
    return issued["serial"]


def test_a_certificate_from_end_to_end(run: Run, serial: str) -> None:
    for word, status in (
        ("accept", "active"),
        ("suspend", "suspended"),
        ("resume", "active"),
        ("revoke", "revoked"),
    ):
        assert answer(run(word, serial, "--json"))["status"] == status
    assert "revoked" in run("status", serial).stdout
    found = x509.load_pem_x509_crl(answer(run("crl", "--json"))["crl"].encode())
    assert found.get_revoked_certificate_by_serial_number(int(serial, 16)) is not None
    everything = answer(run("status", "--json"))["certificates"]
    assert len(everything) == 7


def test_a_refusal_is_one_object_on_standard_error(run: Run, serial: str) -> None:
    result = run("suspend", serial, "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert json.loads(result.stderr)["error"] == "wrong_status"
    assert run("status", "zz").exit_code == 1
    assert run("status", "1234").exit_code == 1
    assert run("revoke", serial, "--reason", "because").exit_code == 1


def test_a_second_ceremony_is_refused(run: Run) -> None:
    result = run("ceremony", "--base-url", "http://id.localhost:8000/pki", "--json")
    assert json.loads(result.stderr)["error"] == "already_held"


def test_papers(run: Run, tmp_path: Path) -> None:
    assert "not recognised" in run("transcript").stdout
    assert load(run("trust-list").stdout.encode()).demo
    assert (tmp_path / "pki.passphrase").stat().st_mode & 0o777 == 0o600
    made = answer(run("issue-seal", "examinations", "Examinations Office", "--json"))
    assert made["status"] == "active"


def test_wrong_usage_is_told_apart(run: Run) -> None:
    assert run("suspend").exit_code == 2
