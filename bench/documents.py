"""Signing and verifying in this process: ours, and stock pyHanko with the same evidence.

A copy of the demonstration's authority issues the certificate and answers for time and status,
so that both sign for the same certificate, with the same stamps, lists and responses.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fpdf
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.keys import load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers, timestamps
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certs.authority import Authority, CitizenSubject
from certs.base.effects import system_clock, system_entropy
from certs.keys.possession import prove
from certs.keys.software import SoftwareSigner
from certs.signing import (
    PdfAppearance,
    SigningEvidence,
    ocsp_request,
    sign_pdf,
    timestamp_request,
)
from certs.trustlist import load as load_trust_list
from certs.verification import LocalEvidence, Policy, verify

DER = serialization.Encoding.DER


def one_page() -> bytes:
    """A page of text, as a department's form would be."""
    pdf = fpdf.FPDF()
    pdf.set_font("helvetica", size=11)
    pdf.add_page()
    for number in range(1, 25):
        pdf.cell(w=0, h=8, text=f"{number}. I apply for the renewal of my licence.")
        pdf.ln()
    return bytes(pdf.output())


@dataclass(slots=True)
class Desk:
    """An authority, a citizen's certificate and key, and a document to sign."""

    authority: Authority
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    document: bytes

    @classmethod
    def open(cls, folder: Path, passphrase: bytes) -> Desk:
        """Open a copy of an authority and have a certificate issued."""
        authority = Authority.open(folder, passphrase, clock=system_clock, entropy=system_entropy)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = CitizenSubject(name_en="CHAN, Tai Man", name_zh=None, pseudonym="bench-person-1")
        issued = authority.issue_citizen(
            subject=subject,
            public_key=key.public_key(),
            proof_of_possession=prove(SoftwareSigner(key), subject.pseudonym),
            minor=False,
        )
        authority.accept(issued.serial)
        return cls(authority, key, issued.certificate, one_page())

    def evidence(self) -> SigningEvidence:
        """Time and status from the authority, in this process."""
        ours = self.authority
        return SigningEvidence(
            timestamp=lambda digest: ours.timestamp_response(timestamp_request(digest)),
            ocsp=lambda one, issuer: ours.ocsp_response(ocsp_request(one, issuer)),
            crls=(ours.crl_der("issuing"), ours.crl_der("root")),
        )

    def sign(self) -> bytes:
        """Sign B-LT with `certs.signing`."""
        appearance = PdfAppearance(claimed_time=system_clock(), signer_name="CHAN, Tai Man")
        return sign_pdf(
            self.document,
            signer=SoftwareSigner(self.key),
            certificate=self.certificate,
            chain=self.authority.ca_chain,
            evidence=self.evidence(),
            appearance=appearance,
        )

    def verify(self, document: bytes) -> str:
        """Verify with `certs.verification`; answers the indication."""
        issuing = self.authority.ca_chain[0].public_key()
        trusted = load_trust_list(self.authority.trust_list_json, pinned_key=issuing)
        evidence = LocalEvidence(
            crls=(self.authority.crl_der("issuing"), self.authority.crl_der("root"))
        )
        policy = Policy(trust_list=trusted)
        report = verify(document, policy=policy, now=system_clock(), local_evidence=evidence)
        return str(report.as_json()["indication"])


class _Stamper(timestamps.TimeStamper):  # type: ignore[misc]
    def __init__(self, authority: Authority) -> None:
        super().__init__()
        self.authority = authority

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self.authority.timestamp_response(req.dump()))


class StockPyHanko:
    """pyHanko as its documentation says, with the evidence handed over and no network."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        chain = [asn1_x509.Certificate.load(c.public_bytes(DER)) for c in desk.authority.ca_chain]
        certificate = asn1_x509.Certificate.load(desk.certificate.public_bytes(DER))
        pem = desk.key.private_bytes(
            DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        store = SimpleCertificateStore()
        store.register_multiple(chain)
        self._signer = signers.SimpleSigner(
            signing_cert=certificate,
            signing_key=load_private_key_from_pemder_data(pem, None),
            cert_registry=store,
        )
        self._chain = chain

    def _context(self) -> ValidationContext:
        ours = self._desk.authority
        status = ours.ocsp_response(ocsp_request(self._desk.certificate, ours.ca_chain[0]))
        return ValidationContext(
            trust_roots=[self._chain[-1]],
            other_certs=self._chain[:-1],
            crls=[asn1_crl.CertificateList.load(ours.crl_der(n)) for n in ("issuing", "root")],
            ocsps=[asn1_ocsp.OCSPResponse.load(status)],
            allow_fetching=False,
            revocation_mode="hard-fail",
        )

    def sign(self) -> bytes:
        """Sign B-LT."""
        metadata = signers.PdfSignatureMetadata(
            field_name="Signature",
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=True,
            validation_context=self._context(),
        )
        output = io.BytesIO()
        signing = signers.PdfSigner(
            metadata, self._signer, timestamper=_Stamper(self._desk.authority)
        ).async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(self._desk.document)), output=output)
        asyncio.run(signing)
        return output.getvalue()

    def validate(self, document: bytes) -> bool:
        """Validate with `validate_pdf_signature`; tells whether the bottom line is good."""
        reader = PdfFileReader(io.BytesIO(document))
        context = self._context()
        status: Any = validate_pdf_signature(
            reader.embedded_signatures[0], context, ts_validation_context=context
        )
        return bool(status.bottom_line)
