"""Other people's programs doing the same, each started for one operation as scripts do."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

_TSA = """
[tsa]
default_tsa = bench
[bench]
serial = serial
crypto_device = builtin
signer_digest = sha256
digests = sha256
default_policy = 1.2.3.4.1
accuracy = secs:1
ess_cert_id_alg = sha256
"""
_NEW = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"


def available(name: str) -> str | None:
    """Find a program on this machine."""
    return shutil.which(name)


def version(*command: str) -> str:
    """Read the first line of what a program says about its version."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).partition("\n")[0].strip()


def openssl(folder: Path) -> dict[str, Callable[[], object]]:
    """`openssl ocsp` and `openssl ts -reply`, P-256: name → one operation, checked once."""
    folder.mkdir()
    _run(folder, f"{_NEW} -subj /CN=bench-ca -keyout ca.key -out ca.pem")
    leaf = f"{_NEW} -CA ca.pem -CAkey ca.key -set_serial 0x1001 -subj /CN=leaf"
    if "Error" in _run(folder, f"{leaf} -keyout leaf.key -out leaf.pem"):  # before OpenSSL 3.0
        return {}
    (folder / "index.txt").write_text("V\t491231235959Z\t\t1001\tunknown\t/CN=leaf\n")
    _run(folder, "ocsp -issuer ca.pem -cert leaf.pem -no_nonce -reqout request.der")
    stamp = "-addext extendedKeyUsage=critical,timeStamping -addext keyUsage=digitalSignature"
    _run(folder, f"{_NEW} {stamp} -subj /CN=tsa -keyout tsa.key -out tsa.pem")
    (folder / "ts.cnf").write_text(_TSA)
    (folder / "serial").write_text("01\n")
    _run(folder, f"ts -query -sha256 -cert -digest {'5a' * 32} -out request.tsq")
    answer = "ocsp -index index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -ndays 1"
    answer += " -reqin request.der -respout response.der"
    reply = "ts -reply -config ts.cnf -section bench -queryfile request.tsq"
    reply += " -inkey tsa.key -signer tsa.pem -out response.tsr"
    _run(folder, answer)
    judged = _run(folder, "ocsp -respin response.der -issuer ca.pem -cert leaf.pem -CAfile ca.pem")
    _run(folder, reply)
    stamped = _run(folder, "ts -reply -in response.tsr -text")
    if "leaf.pem: good" not in judged or "Status: Granted" not in stamped:
        raise RuntimeError(f"openssl did not answer as it should:\n{judged}\n{stamped}")
    return {
        "`openssl ocsp`, a process each": lambda: _quietly(folder, answer),
        "`openssl ts -reply`, a process each": lambda: _quietly(folder, reply),
    }


def pdfsig(folder: Path, document: bytes) -> Callable[[], object]:
    """`pdfsig -nocert` of poppler on a signed document, checked once."""
    (folder / "signed.pdf").write_bytes(document)
    command = ["pdfsig", "-nocert", str(folder / "signed.pdf")]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    if "Signature is Valid" not in said:
        raise RuntimeError(f"pdfsig does not agree:\n{said}")
    return lambda: subprocess.run(command, capture_output=True, check=True)


def _run(folder: Path, words: str) -> str:
    command = ["openssl", *words.split()]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _quietly(folder: Path, words: str) -> None:
    subprocess.run(["openssl", *words.split()], cwd=folder, capture_output=True, check=True)
