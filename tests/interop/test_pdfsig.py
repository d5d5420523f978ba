"""Other people's programs agree: poppler's `pdfsig` with NSS, and OpenSSL's `cms` and `ts`."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from certs.verification import cms
from tests.world import papers
from tests.world.papers import flipped, page
from tests.world.pki import Pki

pytestmark = pytest.mark.interop


def tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is missing: apt-get install {package}")
    return found


def run(*words: str | Path) -> str:
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki(now=Pki().now.replace(year=2026, month=1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, pki: Pki) -> Path:
    base = tmp_path_factory.mktemp("interop")
    (base / "root.pem").write_bytes(pki.root.certificate.public_bytes(Encoding.PEM))
    (base / "issuing.pem").write_bytes(pki.issuing.certificate.public_bytes(Encoding.PEM))
    signed = pki.sign(page(), pki.leaf())
    (base / "good.pdf").write_bytes(signed)
    (base / "sealed.pdf").write_bytes(pki.sign(page(), pki.leaf(), certify=True))
    (base / "flipped.pdf").write_bytes(flipped(signed, signed.index(b"stream") + 12))
    return base


@pytest.fixture(scope="module")
def database(folder: Path) -> Path:
    certutil = tool("certutil", "libnss3-tools")
    base = folder / "nss"
    base.mkdir()
    run(certutil, "-N", "--empty-password", "-d", f"sql:{base}")
    run(
        certutil, "-A", "-n", "root", "-t", "CT,C,C", "-d", f"sql:{base}", "-i", folder / "root.pem"
    )
    assert "CT,C,C" in run(certutil, "-L", "-d", f"sql:{base}")
    return base


@pytest.mark.parametrize("file", ["good.pdf", "sealed.pdf"])
def test_pdfsig_finds_the_signature_valid_and_trusted(
    folder: Path, database: Path, file: str
) -> None:
    said = run(tool("pdfsig", "poppler-utils"), "-nssdir", f"sql:{database}", folder / file)
    assert "Signature is Valid" in said
    assert "Certificate is Trusted" in said
    assert "ETSI.CAdES.detached" in said


def test_pdfsig_sees_the_flipped_byte(folder: Path) -> None:
    said = run(tool("pdfsig", "poppler-utils"), "-nocert", folder / "flipped.pdf")
    assert "Digest Mismatch" in said


@pytest.fixture(scope="module")
def pieces(folder: Path) -> cms.Container:
    signed = (folder / "good.pdf").read_bytes()
    found = papers.RANGE.search(signed)
    assert found is not None
    _, first, second, length = map(int, re.findall(rb"\d+", found[0]))
    (folder / "signed.bin").write_bytes(signed[:first] + signed[second : second + length])
    gap = papers.GAP.search(signed)
    assert gap is not None
    contents = bytes.fromhex(gap[1].decode())
    size = int.from_bytes(contents[2:4], "big") + 4
    (folder / "signature.p7").write_bytes(contents[:size])
    container = cms.read(contents)
    assert isinstance(container, cms.Container)
    (folder / "value.bin").write_bytes(container.signature)
    (folder / "token.der").write_bytes(container.timestamps[0])
    return container


def test_openssl_verifies_the_container_with_its_cades_attribute(
    folder: Path, pieces: cms.Container, pki: Pki
) -> None:
    said = run(
        tool("openssl", "openssl"), "cms", "-verify", "-cades", "-inform", "DER", "-binary",
        "-in", folder / "signature.p7", "-content", folder / "signed.bin",
        "-CAfile", folder / "root.pem", "-purpose", "any", "-out", "/dev/null",
        "-attime", str(int(pki.now.timestamp())),
    )  # fmt: skip
    assert "Verification successful" in said


def test_openssl_verifies_the_time_stamp_over_the_value(
    folder: Path, pieces: cms.Container, pki: Pki
) -> None:
    said = run(
        tool("openssl", "openssl"), "ts", "-verify", "-token_in",
        "-in", folder / "token.der", "-data", folder / "value.bin",
        "-CAfile", folder / "root.pem", "-untrusted", folder / "issuing.pem",
        "-attime", str(int(pki.now.timestamp())),
    )  # fmt: skip
    assert "Verification: OK" in said
