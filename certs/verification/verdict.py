"""The verdict on one signature: numbered steps, each a pure function, in this order.

 1 format               the field and its dictionary are readable        EN 319 102-1 §5.2.2
 2 byte_range           it covers one whole revision and nothing hides   ISO 32000-2 §12.8.1
 3 container            one signer, detached, attributes complete        RFC 5652 §5, §11
 4 digest               the bytes are those that were signed             EN 319 102-1 §5.2.7
 5 signing_certificate  the certificate is the one the signer named      EN 319 102-1 §5.2.3
 6 signature_value      the value fits the certificate's key             EN 319 102-1 §5.2.7
 7 later_changes        what was added to the file afterwards            ISO 32000-2 §12.8.2
 8 certificate          it is sound and meant for signing documents      RFC 5280 §4.2, RFC 9336
 9 proof_of_time        since when the signature is proven to exist      EN 319 102-1 §5.4, §5.5
10 algorithms           they could be relied on at that time             EN 319 102-1 §5.2.8
11 path                 it leads to a listed anchor, within periods      RFC 5280 §6.1
12 status               it was not revoked or on hold at that time       EN 319 102-1 §5.2.5

A step runs when the steps it needs have not failed; else it is `not_checked`. The process is
chosen by the evidence carried: with a good time stamp the question is asked of its time (§5.5),
without one of the present alone (§5.3).

Departure from EN 319 102-1: when the earliest proof of existence is *not before* the revocation
or the end of the certificate, we answer TOTAL-FAILED with REVOKED or EXPIRED, where the standard
stays at INDETERMINATE: who relies on a signature has to show that it is older (Cap. 553 s. 6(2)).
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from certs.base.algorithms import HASHES, hash_allowed
from certs.verification import cms
from certs.verification.assessment import Assessment, Check, Outcome
from certs.verification.codes import CheckId, Integrity, Reason, Status, SubIndication
from certs.verification.crypto import check_value, weak_key
from certs.verification.path import certificate as gate
from certs.verification.path import chain as path
from certs.verification.path import revocation
from certs.verification.path.revocation import Standing
from certs.verification.pdf.coverage import signed_digest
from certs.verification.signer import find_signer
from certs.verification.timestamp import check_token

PASSED: Final = Outcome()
NOT_CHECKED: Final = Outcome(status=Status.NOT_CHECKED)
SUB_FILTERS: Final = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached", "/ETSI.RFC3161"})

_UNHARMED: Final = {
    Integrity.WHOLE_FILE: PASSED,
    Integrity.LTV_ONLY: PASSED,
    Integrity.SIGNATURES_ADDED: Outcome(reason=Reason.LATER_SIGNATURES),
}
_CHANGED: Final = {
    Integrity.VISIBLE_SIGNATURE_ADDED: Reason.VISIBLE_SIGNATURE_ADDED,
    Integrity.FORM_FILLED: Reason.FORM_FILLED,
    Integrity.UNCOVERED_BYTES: Reason.UNCOVERED_BYTES,
}
_BROKEN: Final = {
    Integrity.CONTENT_CHANGED: Reason.CONTENT_CHANGED,
    Integrity.FORBIDDEN_CHANGE: Reason.FORBIDDEN_BY_CERTIFICATION,
    Integrity.UNCLEAR: Reason.CHANGES_UNCLEAR,
}
_PATH: Final = {
    Reason.NO_ISSUER_FOUND: SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    Reason.PATH_SEARCH_LIMIT: SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
    Reason.ISSUER_OUT_OF_PERIOD: SubIndication.OUT_OF_BOUNDS_NO_POE,
    Reason.KEY_TOO_WEAK: SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
}
_CERTIFICATE: Final = {
    Reason.CERTIFICATE_EXTENSIONS: SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
    Reason.CERTIFICATE_VERSION: SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
    Reason.CERTIFICATE_SERIAL: SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the table: what it is called, what it does, and which steps it stands on."""

    check_id: CheckId
    run: Callable[[Assessment], Outcome]
    needs: tuple[CheckId, ...] = ()


def failed(reason: Reason, sub_indication: SubIndication) -> Outcome:
    """Make the outcome of a step that failed."""
    return Outcome(status=Status.FAILED, reason=reason, sub_indication=sub_indication)


def judge(assessment: Assessment) -> Assessment:
    """Run all steps over one signature, in order; the assessment holds what they found."""
    for step in STEPS:
        standing = {c.check_id: c.outcome.status for c in assessment.checks}
        ready = all(standing[need] in {Status.PASSED, Status.WARNING} for need in step.needs)
        outcome = step.run(assessment) if ready else NOT_CHECKED
        assessment.checks.append(Check(check_id=step.check_id, outcome=outcome))
    return assessment


def check_format(a: Assessment) -> Outcome:
    """(1) The field's dictionary could be read and its encoding is one that we know."""
    if a.field.problem is not None:
        a.reference = a.field.reference
        return failed(a.field.problem, SubIndication.FORMAT_FAILURE)
    if a.field.sub_filter not in SUB_FILTERS:
        return failed(Reason.SUBFILTER_UNKNOWN, SubIndication.FORMAT_FAILURE)
    return PASSED


def check_byte_range(a: Assessment) -> Outcome:
    """(2) The signature covers a whole revision, and its gap holds only itself."""
    problem = a.field.byte_range_problem
    return failed(problem, SubIndication.FORMAT_FAILURE) if problem else PASSED


def check_container(a: Assessment) -> Outcome:
    """(3) One SignerInfo over detached data, content type and digest in signed attributes."""
    container = cms.read(a.field.contents)
    if isinstance(container, Reason):
        return failed(container, SubIndication.FORMAT_FAILURE)
    if container.content is not None:
        return failed(Reason.NOT_DETACHED, SubIndication.FORMAT_FAILURE)
    if {container.content_type, container.attribute_content_type} != {cms.DATA}:
        return failed(Reason.CONTENT_TYPE_WRONG, SubIndication.FORMAT_FAILURE)
    a.container = container
    return PASSED


def check_digest(a: Assessment) -> Outcome:
    """(4) message-digest is the digest of the byte ranges (RFC 5652 §11.2)."""
    assert a.container is not None
    name = a.container.digest_name
    if name not in HASHES:
        return failed(Reason.ALGORITHM_UNKNOWN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE)
    computed = signed_digest(a.document, a.field.byte_range, name)
    if computed != a.container.message_digest:
        return failed(Reason.DIGEST_MISMATCH, SubIndication.HASH_FAILURE)
    return PASSED


def check_signing_certificate(a: Assessment) -> Outcome:
    """(5) signing-certificate-v2 names exactly one certificate that is at hand."""
    assert a.container is not None
    found = find_signer(a.container, a.store.certificates)
    if isinstance(found, Reason):
        return failed(found, SubIndication.NO_SIGNING_CERTIFICATE_FOUND)
    a.signer = found
    return PASSED


def check_signature_value(a: Assessment) -> Outcome:
    """(6) The value verifies over the signed attributes with the certificate's key."""
    assert a.container is not None
    assert a.signer is not None
    flaw = check_value(
        a.signer,
        a.container.signature,
        a.container.signed_attributes,
        a.container.scheme,
        a.container.digest_name,
    )
    if flaw is Reason.VALUE_MISMATCH:
        return failed(flaw, SubIndication.SIG_CRYPTO_FAILURE)
    return failed(flaw, SubIndication.CRYPTO_CONSTRAINTS_FAILURE) if flaw else PASSED


def check_later_changes(a: Assessment) -> Outcome:
    """(7) Nothing but long-term evidence and further signatures was added since."""
    found = a.field.integrity
    if found in _UNHARMED:
        return _UNHARMED[found]
    if found in _BROKEN:
        return failed(_BROKEN[found], SubIndication.FORMAT_FAILURE)
    allowed = {
        Integrity.VISIBLE_SIGNATURE_ADDED: a.policy.allow_visible_signatures_later,
        Integrity.FORM_FILLED: a.policy.allow_form_filling_later,
    }
    if allowed.get(found, False):
        return Outcome(status=Status.WARNING, reason=_CHANGED[found])
    return failed(_CHANGED[found], SubIndication.DOCUMENT_CHANGED)


def check_certificate(a: Assessment) -> Outcome:
    """(8) The certificate is sound, and made for signing documents."""
    assert a.signer is not None
    flaw = gate.flaw(a.signer) or gate.signer_flaw(a.signer)
    if flaw is not None:
        return failed(flaw, _CERTIFICATE.get(flaw, SubIndication.CHAIN_CONSTRAINTS_FAILURE))
    return PASSED


def check_proof_of_time(a: Assessment) -> Outcome:
    """(9) The earliest good time stamp over the signature value; none leaves the present."""
    assert a.container is not None
    reason = Reason.NO_TIMESTAMP
    for token in a.container.timestamps:
        found = check_token(
            token, a.container.signature, store=a.store, anchors=a.anchors, now=a.now
        )
        if isinstance(found, Reason):
            reason = found
        elif a.proof is None or found.time < a.proof.time:
            a.proof = found
    return PASSED if a.proof else Outcome(status=Status.WARNING, reason=reason)


def check_algorithms(a: Assessment) -> Outcome:
    """(10) Digest and key could be relied on at the best time (TS 119 312 in shape)."""
    assert a.container is not None
    assert a.signer is not None
    named_by = a.container.certificate_id
    names = (a.container.digest_name, named_by.hash_name if named_by else "")
    if not all(hash_allowed(name, a.best_time) for name in names):
        return failed(Reason.ALGORITHM_TOO_WEAK, SubIndication.CRYPTO_CONSTRAINTS_FAILURE)
    if weak_key(a.signer):
        return failed(Reason.KEY_TOO_WEAK, SubIndication.CRYPTO_CONSTRAINTS_FAILURE)
    return PASSED


def check_path(a: Assessment) -> Outcome:
    """(11) A path to a listed anchor holds at the best time, and so does the certificate."""
    assert a.container is not None
    assert a.signer is not None
    if not a.trust_list.is_current(a.now):
        return failed(Reason.TRUST_LIST_NOT_CURRENT, SubIndication.TRY_LATER)
    embedded = gate.read_all(a.container.certificates, cms.MAX_CERTIFICATES)
    pool = tuple(dict.fromkeys((*embedded, *a.store.certificates)))
    found = path.build(a.signer, pool, a.anchors, a.best_time)
    if isinstance(found, Reason):
        return failed(found, _PATH.get(found, SubIndication.CHAIN_CONSTRAINTS_FAILURE))
    a.path = found
    if path.in_period(a.signer, a.best_time):
        return PASSED
    early = a.best_time < a.signer.not_valid_before_utc
    reason = Reason.CERTIFICATE_NOT_YET_VALID if early else Reason.CERTIFICATE_EXPIRED
    if a.proof is None:
        return failed(reason, SubIndication.OUT_OF_BOUNDS_NO_POE)
    return failed(reason, SubIndication.NOT_YET_VALID if early else SubIndication.EXPIRED)


def check_status(a: Assessment) -> Outcome:
    """(12) No certificate of the path was revoked or on hold at the best time."""
    assert a.path is not None
    chain = a.path.chain
    notes: list[Reason] = []
    for certificate, issuer in pairwise(chain):
        signers = certificate is chain[0]
        # the signer's, of a past moment, must be asked for after it (EN 319 102-1 §5.2.5)
        after = signers and a.proof is not None
        finding = revocation.status_at(
            certificate, issuer, a.store, a.best_time, a.now, made_after=after
        )
        outcome = _status_outcome(finding.standing, signers, a.proof is not None)
        if outcome is not None:
            return outcome
        if finding.revoked_at is not None:
            notes.append(Reason.REVOKED_LATER)
        elif finding.standing is Standing.NOT_NEEDED:
            notes.append(Reason.NO_REVOCATION_BY_DESIGN)
    return Outcome(reason=notes[0]) if notes else PASSED


def _status_outcome(standing: Standing, is_signer: bool, proven: bool) -> Outcome | None:  # noqa: FBT001
    match standing:
        case Standing.GOOD | Standing.NOT_NEEDED:
            return None
        case Standing.REVOKED if is_signer:
            sub = SubIndication.REVOKED if proven else SubIndication.REVOKED_NO_POE
            return failed(Reason.CERTIFICATE_REVOKED, sub)
        case Standing.REVOKED:
            return failed(Reason.ISSUER_REVOKED, SubIndication.REVOKED_CA_NO_POE)
        case Standing.ON_HOLD:
            return failed(Reason.CERTIFICATE_ON_HOLD, SubIndication.TRY_LATER)
        case Standing.STALE:
            return failed(Reason.STATUS_STALE, SubIndication.TRY_LATER)
        case Standing.UNKNOWN:
            return failed(Reason.NO_STATUS, SubIndication.TRY_LATER)


_CONTENT: Final = (CheckId.BYTE_RANGE, CheckId.CONTAINER)
_SIGNED: Final = (CheckId.SIGNING_CERTIFICATE, CheckId.SIGNATURE_VALUE)

STEPS: Final = (
    Step(check_id=CheckId.FORMAT, run=check_format),
    Step(check_id=CheckId.BYTE_RANGE, run=check_byte_range, needs=(CheckId.FORMAT,)),
    Step(check_id=CheckId.CONTAINER, run=check_container, needs=(CheckId.FORMAT,)),
    Step(check_id=CheckId.DIGEST, run=check_digest, needs=_CONTENT),
    Step(check_id=CheckId.SIGNING_CERTIFICATE, run=check_signing_certificate, needs=_CONTENT[1:]),
    Step(
        check_id=CheckId.SIGNATURE_VALUE,
        run=check_signature_value,
        needs=(CheckId.SIGNING_CERTIFICATE,),
    ),
    Step(check_id=CheckId.LATER_CHANGES, run=check_later_changes, needs=(CheckId.BYTE_RANGE,)),
    Step(check_id=CheckId.CERTIFICATE, run=check_certificate, needs=_SIGNED),
    Step(check_id=CheckId.PROOF_OF_TIME, run=check_proof_of_time, needs=_SIGNED),
    Step(check_id=CheckId.ALGORITHMS, run=check_algorithms, needs=_SIGNED),
    Step(check_id=CheckId.PATH, run=check_path, needs=(*_SIGNED, CheckId.CERTIFICATE)),
    Step(check_id=CheckId.STATUS, run=check_status, needs=(CheckId.PATH,)),
)
