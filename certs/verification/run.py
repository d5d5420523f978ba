"""The one call: bytes in, report out. No network, no clock, no exception for any bytes."""

from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from certs.verification import cms, document_timestamp, pdf, terms, verdict
from certs.verification.assessment import Assessment, Check
from certs.verification.codes import CheckId, Reason, SubIndication
from certs.verification.evidence import DocumentFacts, LocalEvidence, SignatureField, Store
from certs.verification.path import certificate as gate
from certs.verification.policy import Policy
from certs.verification.report import Report, assemble

MAX_CERTIFICATES: Final = 100
MAX_STATUS: Final = 200
NO_EVIDENCE: Final = LocalEvidence()


def verify(
    document: bytes,
    *,
    policy: Policy,
    now: datetime,
    local_evidence: LocalEvidence = NO_EVIDENCE,
) -> Report:
    """Verify every signature of a PDF and report (ETSI EN 319 102-1, Cap. 553 s. 6).

    The same document, policy, evidence and `now` give the same report. It never raises for any
    bytes; hostile input belongs in `isolate.verify_in_worker`, which can also be killed.
    """
    facts = pdf.read(document)
    store = _store(facts, local_evidence)
    assessments = [
        _assess(document, field, store, policy, now, facts.sha256) for field in facts.fields
    ]
    signatures = tuple(a for a in assessments if not a.field.is_timestamp)
    timestamps = tuple(a for a in assessments if a.field.is_timestamp)
    eto = terms.judge(signatures, policy)
    return assemble(facts, signatures, timestamps, eto=eto, policy=policy, now=now)


def _assess(
    document: bytes,
    field: SignatureField,
    store: Store,
    policy: Policy,
    now: datetime,
    sha256: str,
) -> Assessment:
    assessment = Assessment(document=document, field=field, store=store, policy=policy, now=now)
    try:
        if field.is_timestamp:
            return document_timestamp.judge(assessment)
        return verdict.judge(assessment)
    except Exception as error:  # noqa: BLE001 - a verdict is owed for any bytes
        return _unjudged(assessment, pdf.reference_of(sha256, field.name, error))


def _unjudged(assessment: Assessment, reference: str) -> Assessment:
    """Close the assessment at the step that broke: failed, with a reference, INDETERMINATE."""
    done = {check.check_id for check in assessment.checks}
    broken = verdict.failed(Reason.INTERNAL_ERROR, SubIndication.GENERIC)
    for check_id in CheckId:
        if check_id not in done:
            assessment.checks.append(Check(check_id=check_id, outcome=broken))
            broken = verdict.NOT_CHECKED
    assessment.reference = reference
    # what a broken step may have half learnt must not be told as fact
    assessment.signer = assessment.path = assessment.proof = None
    return assessment


def _store(facts: DocumentFacts, local: LocalEvidence) -> Store:
    """Parse all certificates and status objects, bounded; what cannot be read is left out."""
    certificates: list[bytes] = [*local.certificates, *facts.certificates]
    for field in facts.fields:
        container = cms.read(field.contents)
        if isinstance(container, Reason):
            continue
        certificates.extend(container.certificates)
        for token in container.timestamps:
            stamp = cms.read(token)
            if not isinstance(stamp, Reason):
                certificates.extend(stamp.certificates)
    ocsps = list(dict.fromkeys((*local.ocsps, *facts.ocsps)))[:MAX_STATUS]
    crls = list(dict.fromkeys((*local.crls, *facts.crls)))[:MAX_STATUS]
    return Store(
        certificates=gate.read_all(certificates, MAX_CERTIFICATES),
        ocsps=tuple(o for o in map(_ocsp, ocsps) if o is not None),
        crls=tuple(c for c in map(_crl, crls) if c is not None),
    )


def _ocsp(data: bytes) -> ocsp.OCSPResponse | None:
    try:
        return ocsp.load_der_ocsp_response(data)
    except (ValueError, TypeError):
        return None


def _crl(data: bytes) -> x509.CertificateRevocationList | None:
    try:
        crl = x509.load_der_x509_crl(data)
        return crl if crl.public_bytes(Encoding.DER) == data else None
    except (ValueError, TypeError):
        return None
