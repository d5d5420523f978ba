"""What a PDF must not contain before somebody signs it: one rule, one code, one reason.

A signature says "this is what I saw". So whatever can make the same bytes look different
tomorrow (scripts, forms that compute, layers, fonts from the reader's machine), or what cannot
be signed soundly, is refused before the key is asked (facts are read in `pdf.py`, judged here).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_BYTES: Final = 25 * 1024 * 1024
MAX_PAGES: Final = 500
MAX_SIGNATURES: Final = 20
ACTIVE_ACTIONS: Final = frozenset(
    {
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/ResetForm",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
        "/SetOCGState",
        "/Hide",
    }
)


class Severity(StrEnum):
    """Whether a finding stops the signature or is only told."""

    REFUSE = "refuse"
    WARN = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfInspection:
    """The facts that the rules need; `problem` is set where the file could not be read at all."""

    size: int
    problem: str | None = None
    encrypted: bool = False
    pages: int = 0
    signatures: int = 0
    docmdp: int | None = None
    actions: frozenset[str] = frozenset()
    xfa: bool = False
    form_fields: int = 0
    hybrid_xref: bool = False
    bytes_before_header: bool = False
    bytes_after_end: bool = False
    optional_content: bool = False
    embedded_files: bool = False
    multimedia: bool = False
    fonts_not_embedded: bool = False
    structure_unclear: bool = False
    dangling_references: bool = False
    annotations: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that the document breaks; `clause` says where the rule comes from."""

    code: str
    severity: Severity
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: broken when `broken` answers true."""

    code: str
    clause: str
    broken: Callable[[PdfInspection], bool]
    severity: Severity = Severity.REFUSE


RULES: Final = (
    Rule(code="TOO_LARGE", clause="our limit: 25 MB", broken=lambda p: p.size > MAX_BYTES),
    Rule(
        code="NOT_A_PDF",
        clause="ISO 32000-2 §7.5",
        broken=lambda p: p.problem is not None,
    ),
    Rule(
        code="ENCRYPTED",
        clause="ISO 32000-2 §7.6: not everybody could check it",
        broken=lambda p: p.encrypted,
    ),
    Rule(
        code="NO_PAGES",
        clause="ISO 32000-2 §7.7.3",
        broken=lambda p: not (p.problem or p.encrypted or p.pages),
    ),
    Rule(code="TOO_MANY_PAGES", clause="our limit: 500", broken=lambda p: p.pages > MAX_PAGES),
    Rule(
        code="TOO_MANY_SIGNATURES",
        clause="our limit: 20",
        broken=lambda p: p.signatures >= MAX_SIGNATURES,
    ),
    Rule(
        code="JAVASCRIPT",
        clause="ISO 32000-2 §12.6.4.17: scripts change what is shown",
        broken=lambda p: "/JavaScript" in p.actions,
    ),
    Rule(
        code="ACTIVE_ACTION",
        clause="ISO 32000-2 §12.6.4: launches, submits, hides or plays",
        broken=lambda p: bool(p.actions & ACTIVE_ACTIONS),
    ),
    Rule(
        code="XFA",
        clause="ISO 32000-2 annex K: a second document inside the document",
        broken=lambda p: p.xfa,
    ),
    Rule(
        code="FORM_FIELDS",
        clause="ISO 32000-2 §12.7: print the filled form to a new PDF first",
        broken=lambda p: p.form_fields > 0,
    ),
    Rule(
        code="CLOSED_BY_CERTIFICATION",
        clause="ISO 32000-2 §12.8.2.2: DocMDP 1 allows no further signature",
        broken=lambda p: p.docmdp == 1,
    ),
    Rule(
        code="HYBRID_XREF",
        clause="ISO 32000-2 §7.5.8.4: two readers may see two documents",
        broken=lambda p: p.hybrid_xref,
    ),
    Rule(
        code="BYTES_BEFORE_HEADER",
        clause="ISO 32000-2 §7.5.2",
        broken=lambda p: p.bytes_before_header,
    ),
    Rule(
        code="BYTES_AFTER_END",
        clause="ISO 32000-2 §7.5.5",
        broken=lambda p: p.bytes_after_end,
    ),
    Rule(
        code="STRUCTURE_UNCLEAR",
        clause="ISO 32000-2 §7.5.4: a reader that searches for objects may find others",
        broken=lambda p: p.structure_unclear,
    ),
    Rule(
        code="DANGLING_REFERENCES",
        clause="ISO 32000-2 §7.3.10: somebody could add the missing object later",
        broken=lambda p: p.dangling_references,
    ),
    Rule(
        code="ANNOTATIONS",
        clause="ISO 32000-2 §12.5.3: a note may be printed and not shown, or the other way round",
        broken=lambda p: p.annotations,
    ),
    Rule(
        code="OPTIONAL_CONTENT",
        clause="ISO 32000-2 §8.11: layers can be switched on and off",
        broken=lambda p: p.optional_content,
    ),
    Rule(
        code="EMBEDDED_FILES",
        clause="ISO 32000-2 §7.11.4: attachments are not shown to the signer",
        broken=lambda p: p.embedded_files,
    ),
    Rule(
        code="MULTIMEDIA",
        clause="ISO 32000-2 §13: not a fixed page",
        broken=lambda p: p.multimedia,
    ),
    Rule(
        code="FONTS_NOT_EMBEDDED",
        clause="ISO 19005-1 §6.3.4: the reader's machine chooses the letters",
        broken=lambda p: p.fonts_not_embedded,
        severity=Severity.WARN,
    ),
)


def lint(inspection: PdfInspection) -> tuple[Finding, ...]:
    """List the rules that a document breaks, in the order of `RULES`; empty means fit to sign."""
    return tuple(
        Finding(code=rule.code, severity=rule.severity, clause=rule.clause)
        for rule in RULES
        if rule.broken(inspection)
    )


def refusals(inspection: PdfInspection) -> tuple[str, ...]:
    """List the codes that stop a signature; empty means it may go on."""
    return tuple(f.code for f in lint(inspection) if f.severity is Severity.REFUSE)
