"""Reads a PDF into facts, over pyHanko: fields, byte ranges, later changes, security store.

It decides nothing and never raises: every field is read on its own, and what the library throws
becomes a problem code with a reference, so that one broken field does not hide the others. The
caller runs this in a process that may be killed (`isolate.py`).
"""

import hashlib
import io
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from pyhanko.pdf_utils.decode_limits import (
    DEFAULT_PURPOSE_LIMITS,
    DecodeLimits,
    DecodePurpose,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import diff_analysis as diff
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from certs.verification.codes import Integrity, Reason
from certs.verification.evidence import DocumentFacts, SignatureField
from certs.verification.pdf import afterwards, appended, form
from certs.verification.pdf.addition import is_signature_alone
from certs.verification.pdf.coverage import byte_range_problem, trailing_bytes
from certs.verification.pdf.form import Field, get, items

MAX_BYTES: Final = 30 * 1024 * 1024
MAX_SIGNATURES: Final = 20
MAX_STORE_CERTIFICATES: Final = 50
MAX_STORE_STATUS: Final = 100
MAX_STORE_OBJECT: Final = 4 * 1024 * 1024
_MIB: Final = 1024 * 1024
_LIMITS: Final = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=32 * _MIB),
    per_purpose={
        **DEFAULT_PURPOSE_LIMITS,
        # the generic limit lets a cross-reference stream of some kB cost minutes and gigabytes
        DecodePurpose.XREF_STREAM: StreamDecodeLimits(max_ratio=100, max_output_size=8 * _MIB),
    },
)
_DIFF_POLICY: Final = diff.StandardDiffPolicy(
    global_rules=diff.DEFAULT_DIFF_POLICY.global_rules,
    form_rule=diff.DEFAULT_DIFF_POLICY.form_rule,
    ignore_orphaned_objects=False,  # what nothing refers to, something may refer to later
)
_T = TypeVar("_T")
_MILD: Final = frozenset({Integrity.LTV_ONLY, Integrity.SIGNATURES_ADDED})
_StoreBytes: TypeAlias = tuple[tuple[bytes, ...], tuple[bytes, ...], tuple[bytes, ...]]
_Changes: TypeAlias = tuple[Integrity, tuple[str, ...], int | None]


def read(document: bytes) -> DocumentFacts:
    """Read all facts of a file; a file that cannot be read at all has `problem` set."""
    logging.getLogger("pyhanko").addHandler(logging.NullHandler())
    sha256 = hashlib.sha256(document).hexdigest()
    base = {"sha256": sha256, "size": len(document)}
    if len(document) > MAX_BYTES:
        return DocumentFacts(**base, problem=Reason.TOO_LARGE)  # type: ignore[arg-type]
    try:
        reader = _open(document)
        if reader.encrypted:
            return DocumentFacts(**base, problem=Reason.ENCRYPTED)  # type: ignore[arg-type]
        found = list(_signature_fields(reader))
    except Exception as error:  # noqa: BLE001 - hostile bytes raise nearly anything in parsers
        return DocumentFacts(
            **base,  # type: ignore[arg-type]
            problem=Reason.NOT_A_PDF,
            reference=reference_of(sha256, "open", error),
        )
    if len(found) > MAX_SIGNATURES:
        return DocumentFacts(**base, problem=Reason.TOO_MANY_SIGNATURES)  # type: ignore[arg-type]
    fields = [_read_field(reader, document, sha256, name, obj) for name, obj in found]
    nothing: _StoreBytes = ((), (), ())
    certificates, ocsps, crls = _attempt(lambda: _security_store(reader), nothing)
    return DocumentFacts(
        **base,  # type: ignore[arg-type]
        fields=tuple(sorted(fields, key=lambda f: (f.signed_end, f.name))),
        certificates=certificates,
        ocsps=ocsps,
        crls=crls,
    )


def only_signed(original: bytes, signed: bytes) -> bool:
    """Decide whether a signature, and nothing else, was put on the document that was asked for.

    The signed revision must follow the original's last one at once (ISO 32000-2 §7.5.6) and add
    no more than an invisible signature; what stands behind it is `verify`'s to judge. Any doubt
    is a no. Never raises. Like `read`, it belongs in a process that may be killed.
    """
    return _attempt(lambda: _only_signed(original, signed), otherwise=False)


def _only_signed(original: bytes, signed: bytes) -> bool:
    before, after = _open(original), _open(signed)
    (field,) = form.added(before.root, after.root)
    facts = _field_facts(after, signed, field.name, field.dictionary)
    revision = signed[: facts.signed_end]
    reader, last = _open(revision), before.xrefs.total_revisions - 1
    reader.strict = True  # nobody but the signer wrote what was added: no forgiveness
    place = reader.xrefs.get_startxref_for_revision(last)
    return (
        signed.startswith(original)
        and facts.byte_range_problem is None
        and reader.xrefs.total_revisions == last + 2
        and place == before.xrefs.get_startxref_for_revision(last)
        and appended.is_plain(revision, len(original), [_revision(reader, last + 1)])
        and is_signature_alone(reader, last)
    )


def _open(document: bytes) -> PdfFileReader:
    return PdfFileReader(io.BytesIO(document), strict=False, decode_limits=_LIMITS)


def reference_of(sha256: str, place: str, error: Exception) -> str:
    """Name an unexpected exception: the same input and kind of error give the same id."""
    text = f"{sha256}:{place}:{type(error).__name__}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


# --- fields -----------------------------------------------------------------------------------
def _signature_fields(reader: PdfFileReader) -> Iterator[tuple[str, Any]]:
    for field in form.fields(reader.root):
        if field.is_signed:
            yield field.name, field.dictionary


def _read_field(
    reader: PdfFileReader, document: bytes, sha256: str, name: str, obj: Any
) -> SignatureField:
    try:
        return _field_facts(reader, document, name, obj)
    except Exception as error:  # noqa: BLE001 - one broken field must not hide the others
        reference = reference_of(sha256, name, error)
        return SignatureField(name=name, problem=Reason.FIELD_MALFORMED, reference=reference)


def _field_facts(reader: PdfFileReader, document: bytes, name: str, obj: Any) -> SignatureField:
    value = obj["/V"]
    contents = bytes(value.raw_get("/Contents").original_bytes)
    byte_range = tuple(_integer(entry) for entry in items(value["/ByteRange"]))
    problem = byte_range_problem(document, byte_range, contents)
    sub_filter = str(get(value, "/SubFilter", ""))
    unclear: _Changes = (Integrity.UNCLEAR, (), None)
    integrity, changed, docmdp = unclear
    if problem is None:
        integrity, changed, docmdp = _attempt(
            lambda: _later_changes(reader, document, name, obj), unclear
        )
    return SignatureField(
        name=name,
        sub_filter=sub_filter,
        is_timestamp=sub_filter == "/ETSI.RFC3161" or get(value, "/Type", "") == "/DocTimeStamp",
        claimed_time=_text(value, "/M"),
        reason_text=_text(value, "/Reason"),
        contents=contents,
        byte_range=byte_range,
        byte_range_problem=problem,
        signed_end=byte_range[2] + byte_range[3] if problem is None else 0,
        docmdp=docmdp,
        integrity=integrity,
        changed=changed,
    )


def _integer(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError("ByteRange holds something else than integers")
    return int(value)


# --- later changes ----------------------------------------------------------------------------
def _later_changes(reader: PdfFileReader, document: bytes, name: str, obj: Any) -> _Changes:
    signature = EmbeddedPdfSignature(reader, obj, name)
    docmdp = signature.docmdp_level.value if signature.docmdp_level is not None else None
    coverage = signature.evaluate_signature_coverage()
    if coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return Integrity.WHOLE_FILE, (), docmdp
    if coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
        return Integrity.UNCLEAR, (), docmdp
    if trailing_bytes(document) or not _appended_plainly(document, signature):
        return Integrity.UNCOVERED_BYTES, (), docmdp
    if afterwards.completes(reader, signature.signed_revision):
        return Integrity.CONTENT_CHANGED, (), docmdp
    result = _DIFF_POLICY.review_file(
        reader,
        signature.signed_revision,
        field_mdp_spec=signature.fieldmdp,
        doc_mdp=signature.docmdp_level,
    )
    if not isinstance(result, diff.DiffResult):
        return Integrity.CONTENT_CHANGED, (), docmdp
    signed = reader.get_historical_resolver(signature.signed_revision)
    new = form.added(signed.root, reader.root)
    empty = {field.name for field in new if not field.is_signed}
    changed = tuple(sorted(result.changed_form_fields | {field.name for field in new}))
    integrity = Integrity.FORM_FILLED if empty else _classify(reader, signature, result, changed)
    integrity = _as_seen(integrity, [f for f in form.fields(reader.root) if f.name in changed])
    if integrity in _MILD and afterwards.describes_itself_anew(reader, signature.signed_revision):
        integrity = Integrity.UNCOVERED_BYTES
    beyond = docmdp is not None and result.modification_level.value > docmdp
    if beyond or (docmdp == 1 and integrity is not Integrity.LTV_ONLY):
        integrity = Integrity.FORBIDDEN_CHANGE
    return integrity, changed, docmdp


def _classify(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    result: diff.DiffResult,
    changed: tuple[str, ...],
) -> Integrity:
    level = result.modification_level
    if level in {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES}:
        return Integrity.LTV_ONLY
    if level is not ModificationLevel.FORM_FILLING or not changed:
        return Integrity.CONTENT_CHANGED
    signatures = dict(_signature_fields(reader))
    if not set(changed) <= set(signatures):
        return Integrity.FORM_FILLED
    for name in changed:
        field = signatures[name]
        signed = reader.xrefs.get_last_change(field.raw_get("/V").reference)
        if signed <= signature.signed_revision:
            return Integrity.CONTENT_CHANGED  # a field that was already signed looks different
    return Integrity.SIGNATURES_ADDED


def _as_seen(integrity: Integrity, changed: Sequence[Field]) -> Integrity:
    """Correct the library's word on new fields, which it takes too lightly.

    It calls those invisible whose corners are references, lets the appearance of one lie in the
    security store, and an action stand in one (ISO 32000-2 §12.6.3).
    """
    if integrity not in _MILD:
        return integrity
    if not all(field.is_plain for field in changed):
        return Integrity.CONTENT_CHANGED
    visible = any(field.is_visible for field in changed)
    return Integrity.VISIBLE_SIGNATURE_ADDED if visible else integrity


def _appended_plainly(document: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Read all later revisions anew, with no forgiveness, and compare them with the raw bytes."""
    reader = _open(document)
    reader.strict = True  # from here on: the signed part was opened as it may have been made
    later = range(signature.signed_revision + 1, reader.xrefs.total_revisions)
    _, _, second, length = signature.byte_range
    revisions = [_revision(reader, number) for number in later]
    return appended.is_plain(document, int(second + length), revisions)


def _revision(reader: PdfFileReader, number: int) -> appended.Revision:
    resolver = reader.get_historical_resolver(number)
    objects = set()
    for ref in reader.xrefs.explicit_refs_in_revision(number):
        resolver.get_object(ref)  # raises for what only a lenient reader takes
        place = reader.xrefs.get_historical_ref(ref, number)
        if isinstance(place, int):
            objects.add((int(ref.idnum), int(ref.generation), place))
    return appended.Revision(
        cross_references=int(reader.xrefs.get_startxref_for_revision(number)),
        objects=frozenset(objects),
    )


# --- security store ---------------------------------------------------------------------------
def _security_store(reader: PdfFileReader) -> _StoreBytes:
    store = get(reader.root, "/DSS", {})
    return (
        _streams(store, "/Certs", MAX_STORE_CERTIFICATES),
        _streams(store, "/OCSPs", MAX_STORE_STATUS),
        _streams(store, "/CRLs", MAX_STORE_STATUS),
    )


def _streams(store: Any, key: str, limit: int) -> tuple[bytes, ...]:
    streams = items(get(store, key, ()))[:limit]
    data = [_attempt(lambda s=stream: bytes(s.data), b"") for stream in streams]  # type: ignore[misc]
    return tuple(entry for entry in data if 0 < len(entry) <= MAX_STORE_OBJECT)


# --- pyHanko's containers ---------------------------------------------------------------------
def _text(obj: Any, key: str) -> str | None:
    value = get(obj, key, None)
    return str(value)[:200] if isinstance(value, str) else None


def _attempt(action: Callable[[], _T], otherwise: _T) -> _T:
    try:
        return action()
    except Exception:  # noqa: BLE001 - see `read`
        return otherwise
