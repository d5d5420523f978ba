"""Maker and checker meet: what the real authority issues, the verifier accepts, and no more."""

from datetime import timedelta
from pathlib import Path

import pytest

from certs import trustlist
from certs.authority import Authority
from certs.base.effects import system_entropy
from certs.issuance.ceremony import CeremonySettings, hold
from certs.signing import (
    PdfAppearance,
    SigningEvidence,
    ocsp_request,
    sign_pdf,
    timestamp_request,
)
from certs.verification import LocalEvidence, Policy, verify
from tests.world.papers import page
from tests.world.pki import NOW, Pki
from tests.world.verdicts import PASSED, failed, judge, reasons, result, unclear, validator

PASSPHRASE = b"a passphrase for tests only"


class Desk:
    """An authority with a clock that can be moved."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        settings = CeremonySettings(
            base_url="http://id.localhost:8000/pki", seals=(("licensing", "Licensing Services"),)
        )
        hold(folder, PASSPHRASE, settings, clock=lambda: self.now, entropy=system_entropy)
        self.authority = Authority.open(
            folder, PASSPHRASE, clock=lambda: self.now, entropy=system_entropy
        )

    def seal(self) -> bytes:
        authority = self.authority
        signer, certificate = authority.seal_signer("licensing")
        return sign_pdf(
            page(),
            signer=signer,
            certificate=certificate,
            chain=authority.ca_chain,
            evidence=SigningEvidence(
                timestamp=lambda d: authority.timestamp_response(timestamp_request(d)),
                ocsp=lambda c, i: authority.ocsp_response(ocsp_request(c, i)),
                crls=(authority.crl_der("issuing"), authority.crl_der("root")),
            ),
            appearance=PdfAppearance(
                claimed_time=self.now, signer_name="Licensing Services", certify=True
            ),
        )

    def verify(self, document: bytes, *, local: bool = False) -> dict:
        crls = (self.authority.crl_der("issuing"),) if local else ()
        report = verify(
            document,
            policy=Policy(trust_list=trustlist.load(self.authority.trust_list_json)),
            now=self.now,
            local_evidence=LocalEvidence(crls=crls),
        ).as_json()
        validator().validate(report)
        return report

    @property
    def serial(self) -> int:
        return self.authority.seal_signer("licensing")[1].serial_number


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "pki")


def test_a_seal_of_the_authority_passes(desk: Desk) -> None:
    sealed = desk.seal()
    desk.now += timedelta(days=30)
    report = desk.verify(sealed)
    assert result(report) == PASSED
    assert report["signatures"][0]["certificate"]["class"] == "seal"
    assert report["signatures"][0]["certified"] == 1


def test_a_signature_made_with_a_revoked_certificate_fails(desk: Desk) -> None:
    signer, certificate = desk.authority.seal_signer("licensing")
    desk.authority.revoke(certificate.serial_number, "keyCompromise")
    desk.now += timedelta(hours=1)
    # the authority refuses to hand the key out now, so a thief's copy is used
    authority = desk.authority
    stolen = sign_pdf(
        page(),
        signer=signer,
        certificate=certificate,
        chain=authority.ca_chain,
        evidence=SigningEvidence(
            timestamp=lambda d: authority.timestamp_response(timestamp_request(d)),
            ocsp=lambda c, i: authority.ocsp_response(ocsp_request(c, i)),
            crls=(authority.crl_der("issuing"), authority.crl_der("root")),
        ),
        appearance=PdfAppearance(claimed_time=desk.now, signer_name="Licensing Services"),
    )
    report = desk.verify(stolen)
    assert result(report) == failed("REVOKED")
    assert reasons(report) == ["CERTIFICATE_REVOKED"]


def test_a_seal_from_before_the_revocation_stays_good(desk: Desk) -> None:
    sealed = desk.seal()
    serial = desk.serial
    desk.now += timedelta(hours=1)
    desk.authority.revoke(serial, "superseded")
    report = desk.verify(sealed, local=True)
    assert result(report) == PASSED
    assert "REVOKED_LATER" in reasons(report, "passed")


def test_another_trust_list_does_not_know_the_authority(desk: Desk) -> None:
    assert result(judge(Pki(), desk.seal())) == unclear("NO_CERTIFICATE_CHAIN_FOUND")
