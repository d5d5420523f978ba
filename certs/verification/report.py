"""The report as a value and as JSON; the same facts and the same policy give the same bytes.

The shape is `docs/reference/report.schema.json`, the codes are explained in
`docs/reference/verification-report.md`. Words for people are put on at the edge.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from certs.trustlist import policies_of
from certs.verification.assessment import Assessment
from certs.verification.codes import (
    SEVERITY,
    EtoCode,
    Indication,
    Integrity,
    Reason,
    SubIndication,
    indication_of,
)
from certs.verification.evidence import DocumentFacts
from certs.verification.policy import Policy
from certs.verification.terms import EtoVerdict, recognition_of, reliance_limit

VERSION: Final = 1
_WORST_FIRST: Final = tuple(reversed(Integrity))
_DOCUMENT_PROBLEMS: Final = {
    Reason.NOT_A_PDF: SubIndication.FORMAT_FAILURE,
    Reason.WORKER_DIED: SubIndication.GENERIC,
    Reason.WORKER_TIMEOUT: SubIndication.GENERIC,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A finished report: the overall result, and the whole as JSON members in `body`."""

    indication: Indication
    sub_indication: SubIndication | None
    eto: EtoVerdict
    body: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Answer the report as JSON members (see the schema)."""
        return self.body

    def to_bytes(self) -> bytes:
        """Write the report as JSON with sorted members, the same bytes for the same report."""
        text = json.dumps(self.body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def assemble(
    facts: DocumentFacts,
    signatures: tuple[Assessment, ...],
    timestamps: tuple[Assessment, ...],
    *,
    eto: EtoVerdict,
    policy: Policy,
    now: datetime,
) -> Report:
    """Put the parts together; overall is the worst of all signatures (pki.md §8.4).

    Document time stamps are shown but do not count: a stamp that we cannot check proves nothing
    and takes nothing away.
    """
    problem = facts.problem or (None if signatures else Reason.NO_SIGNATURE)
    if problem is not None:
        sub: SubIndication | None = _DOCUMENT_PROBLEMS.get(problem, SubIndication.GENERIC)
    else:
        worst = max(signatures, key=lambda a: SEVERITY.get(a.indication, 2))
        sub = worst.sub_indication
    classes = {a.field.integrity for a in signatures}
    return _finish(
        sub,
        eto,
        {
            "document": {
                "sha256": facts.sha256,
                "size": facts.size,
                "integrity": next((c for c in _WORST_FIRST if c in classes), None),
                "changes": sorted({name for a in signatures for name in a.field.changed}),
                "problem": problem,
                "reference": facts.reference,
            },
            "signatures": [_signature(a, now) for a in (*signatures, *timestamps)],
            "policy": {
                "trust_list_sequence": policy.trust_list.sequence,
                "matter": policy.matter.name if policy.matter else None,
                "schedule_1_item": policy.matter.schedule_1_item if policy.matter else None,
                "stated_value": policy.stated_value,
                "allow_visible_signatures_later": policy.allow_visible_signatures_later,
                "allow_form_filling_later": policy.allow_form_filling_later,
            },
            "verified_at": _time(now),
        },
    )


def without_verdict(sha256: str, size: int, problem: Reason, now: datetime) -> Report:
    """Make the report of a document that could not be judged at all (the worker died)."""
    eto = EtoVerdict(verdict=EtoCode.SIGNATURE_UNCERTAIN, reasons=(EtoCode.SIGNATURE_UNCERTAIN,))
    body: dict[str, Any] = {
        "document": {
            "sha256": sha256,
            "size": size,
            "integrity": None,
            "changes": [],
            "problem": problem,
            "reference": None,
        },
        "signatures": [],
        "policy": None,
        "verified_at": _time(now),
    }
    return _finish(SubIndication.GENERIC, eto, body)


def _finish(sub: SubIndication | None, eto: EtoVerdict, rest: dict[str, Any]) -> Report:
    indication = indication_of(sub)
    body = {
        "version": VERSION,
        "indication": indication,
        "sub_indication": sub,
        "eto": {"verdict": eto.verdict, "reasons": list(eto.reasons), "demo": eto.demo},
        **rest,
    }
    # StrEnum members become plain strings, so that the report is data and nothing else
    plain: dict[str, Any] = json.loads(json.dumps(body))
    return Report(indication=indication, sub_indication=sub, eto=eto, body=plain)


def _signature(a: Assessment, now: datetime) -> dict[str, Any]:
    proven = a.proof is not None
    return {
        "field": a.field.name,
        "kind": "document_timestamp" if a.field.is_timestamp else "signature",
        "indication": a.indication,
        "sub_indication": a.sub_indication,
        "process": "with_time" if proven else "basic",
        "signer": _common_name(a.signer) if a.signer else None,
        "time": {
            "value": _time(a.best_time if proven else now),
            "source": "timestamp" if proven else "verification",
            "authority": a.proof.authority if a.proof else None,
            "claimed": a.field.claimed_time,
        },
        "coverage": _coverage(a),
        "integrity": a.field.integrity,
        "changes": list(a.field.changed),
        "certified": a.field.docmdp,
        "reason_text": a.field.reason_text,
        "certificate": _certificate(a) if a.signer else None,
        "checks": [
            {"id": c.check_id, "status": c.outcome.status, "reason": c.outcome.reason}
            for c in a.checks
        ],
        "reference": a.reference,
    }


def _coverage(a: Assessment) -> str:
    if a.field.byte_range_problem or a.field.problem:
        return "unclear"
    return "whole_file" if a.field.signed_end == len(a.document) else "whole_revision"


def _certificate(a: Assessment) -> dict[str, Any]:
    assert a.signer is not None
    certificate = a.signer
    limit = reliance_limit(certificate) if _readable(certificate) else None
    recognition = recognition_of(a)
    return {
        "serial": format(certificate.serial_number, "x"),
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
        "not_before": _time(certificate.not_valid_before_utc),
        "not_after": _time(certificate.not_valid_after_utc),
        "policies": list(policies_of(certificate)),
        "class": recognition.entry.class_name if recognition.entry else None,
        "recognition": recognition.status,
        "reliance_limit": {"currency": limit.currency, "amount": limit.amount} if limit else None,
    }


def _readable(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions is not None
    except (ValueError, x509.DuplicateExtension):
        return False


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _time(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z").replace(".000Z", "Z")
