"""A document printed by Chromium, signed in the browser: other people's programs agree on it."""

import re
import subprocess
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Page

from house.at_home import Citizen
from house.browser import Phone
from house.demo import Demo

pytestmark = [pytest.mark.interop, pytest.mark.journey]

PAGES = """
<style>h1 { break-before: page }</style>
<p>Tenancy summary 租約 陳大文</p><h1>第二頁 㛓 峯 𨋢</h1><p>second page</p>
"""
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


def test_pdfsig_and_openssl_agree(demo: Demo, desktop: Page, phone: Phone, tmp_path: Path) -> None:
    citizen = Citizen(desk=desktop, phone=phone, demo=demo)
    citizen.bind_phone("CHAN, Ming Fung")
    citizen.upload_own(citizen.printed(PAGES))
    citizen.open_waiting()
    citizen.sign()
    link = "Download the signed document"
    desktop.get_by_role("link", name=link).wait_for()
    signed = citizen.save(link)
    assert "Valid" in citizen.check(signed)

    for name in ("root", "issuing"):
        (tmp_path / f"{name}.pem").write_bytes(_authority(demo, name).public_bytes(Encoding.PEM))
    (tmp_path / "signed.pdf").write_bytes(signed)
    _run(tmp_path, "certutil", "-N", "--empty-password", "-d", "sql:.")
    _run(tmp_path, "certutil", "-A", "-n", "r", "-t", "CT,C,C", "-d", "sql:.", "-i", "root.pem")
    # NSS leaves an error behind when a certificate names a revocation list that it does not have,
    # and pdfsig reports that error: so the lists go in, as a reviewer would put them in.
    _run(tmp_path, "certutil", "-A", "-n", "i", "-t", ",,", "-d", "sql:.", "-i", "issuing.pem")
    for name in ("root", "issuing"):
        (tmp_path / f"{name}.crl").write_bytes(_fetch(demo, f"crl/{name}.crl"))
        _run(tmp_path, "crlutil", "-I", "-t", "1", "-d", "sql:.", "-i", f"{name}.crl")
    said = _run(tmp_path, "pdfsig", "-no-ocsp", "-nssdir", "sql:.", "signed.pdf")
    assert "Signature is Valid" in said
    assert "Certificate is Trusted" in said
    assert "CHAN, Ming Fung" in said

    found = BYTE_RANGE.search(signed)
    assert found is not None
    _, first, second, length = map(int, found.groups())
    (tmp_path / "content").write_bytes(signed[:first] + signed[second : second + length])
    container = bytes.fromhex(signed[first + 1 : second - 1].decode())
    (tmp_path / "cms").write_bytes(container[: int.from_bytes(container[2:4], "big") + 4])
    said = _run(
        tmp_path, "openssl", "cms", "-verify", "-cades", "-inform", "DER", "-binary",
        "-in", "cms", "-content", "content", "-CAfile", "root.pem", "-certfile", "issuing.pem",
        "-purpose", "any", "-out", "/dev/null",
    )  # fmt: skip
    assert "Verification successful" in said

    changed = bytearray(signed)
    changed[changed.index(b"/MediaBox") + 12] ^= 1
    (tmp_path / "changed.pdf").write_bytes(changed)
    assert "Digest Mismatch" in _run(tmp_path, "pdfsig", "-nssdir", "sql:.", "changed.pdf")
    assert "Not valid" in citizen.check(bytes(changed))


def _authority(demo: Demo, name: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(_fetch(demo, f"ca/{name}.cer"))


def _fetch(demo: Demo, path: str) -> bytes:
    port = demo.idp.rpartition(":")[2]
    return httpx.get(f"http://127.0.0.1:{port}/pki/{path}").raise_for_status().content


def _run(folder: Path, *words: str) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
