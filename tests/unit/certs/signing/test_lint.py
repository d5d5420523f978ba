import io

import fpdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import copy_into_new_writer

from certs.signing import PdfInspection, Severity, SigningError, inspect, lint
from certs.signing.lint import MAX_BYTES, MAX_PAGES, RULES, refusals
from tests.world import papers
from tests.world.papers import page
from tests.world.pki import Pki


def codes(document: bytes) -> list[str]:
    return [f.code for f in lint(inspect(document)) if f.severity is Severity.REFUSE]


def encrypted() -> bytes:
    pdf = fpdf.FPDF()
    pdf.add_page()
    pdf.set_encryption(owner_password="owner")
    return bytes(pdf.output())


def test_a_plain_document_is_fit_to_sign() -> None:
    assert codes(page()) == []
    assert inspect(page(pages=3)).pages == 3


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "NOT_A_PDF"),
        (b"GIF89a", "NOT_A_PDF"),
        (page()[:200], "NOT_A_PDF"),
        (encrypted(), "ENCRYPTED"),
        (papers.with_root_entry(page(), "/OpenAction", papers.javascript()), "JAVASCRIPT"),
        (papers.with_root_entry(page(), "/OpenAction", papers.action("/Launch")), "ACTIVE_ACTION"),
        (papers.with_root_entry(page(), "/AA", papers.action("/SubmitForm")), "ACTIVE_ACTION"),
        (papers.with_root_entry(page(), "/AcroForm", papers.text_form()), "FORM_FIELDS"),
        (
            papers.with_root_entry(
                page(),
                "/AcroForm",
                generic.DictionaryObject({pdf_name("/XFA"): generic.ArrayObject([])}),
            ),
            "XFA",
        ),
        (
            papers.with_root_entry(page(), "/OCProperties", generic.DictionaryObject({})),
            "OPTIONAL_CONTENT",
        ),
        (
            papers.with_root_entry(
                page(),
                "/X",
                generic.DictionaryObject({pdf_name("/Type"): pdf_name("/EmbeddedFile")}),
            ),
            "EMBEDDED_FILES",
        ),
        (b"junk\n" + page(), "NOT_A_PDF"),
        (page() + b"\njunk", "BYTES_AFTER_END"),
    ],
)
def test_each_danger_is_refused_by_its_code(document: bytes, code: str) -> None:
    assert code in codes(document)


@pytest.mark.parametrize(
    ("inspection", "code"),
    [
        (PdfInspection(size=MAX_BYTES + 1, pages=1), "TOO_LARGE"),
        (PdfInspection(size=1, pages=MAX_PAGES + 1), "TOO_MANY_PAGES"),
        (PdfInspection(size=1, pages=0), "NO_PAGES"),
        (PdfInspection(size=1, pages=1, signatures=20), "TOO_MANY_SIGNATURES"),
        (PdfInspection(size=1, pages=1, hybrid_xref=True), "HYBRID_XREF"),
        (PdfInspection(size=1, pages=1, bytes_before_header=True), "BYTES_BEFORE_HEADER"),
        (PdfInspection(size=1, pages=1, docmdp=1), "CLOSED_BY_CERTIFICATION"),
        (PdfInspection(size=1, pages=1, multimedia=True), "MULTIMEDIA"),
    ],
)
def test_limits_and_facts_are_refused(inspection: PdfInspection, code: str) -> None:
    assert refusals(inspection) == (code,)


def test_a_script_in_an_old_revision_is_still_found() -> None:
    """What lies in the file can be brought to light again by whoever appends to it."""
    scripted = papers.with_root_entry(page(), "/OpenAction", papers.javascript())
    hidden = papers.with_root_entry(scripted, "/OpenAction", generic.NullObject())
    assert "JAVASCRIPT" in codes(hidden)


def test_fonts_that_are_not_embedded_are_told_and_not_refused() -> None:
    findings = lint(inspect(page()))
    assert [(f.code, f.severity) for f in findings] == [("FONTS_NOT_EMBEDDED", Severity.WARN)]


def test_every_rule_has_a_code_of_its_own_and_a_reason() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.clause for rule in RULES)


def test_a_refused_document_is_not_signed() -> None:
    pki = Pki()
    dangerous = papers.with_root_entry(page(), "/OpenAction", papers.javascript())
    with pytest.raises(SigningError) as caught:
        pki.sign(dangerous, pki.leaf())
    assert (caught.value.code, caught.value.detail) == ("document_refused", "JAVASCRIPT")


def test_a_sealed_document_takes_no_further_signature() -> None:
    pki = Pki()
    sealed = pki.sign(page(), pki.leaf(), certify=True)
    with pytest.raises(SigningError) as caught:
        pki.sign(sealed, pki.leaf())
    assert caught.value.detail == "CLOSED_BY_CERTIFICATION"


def test_object_streams_are_looked_into() -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    writer = copy_into_new_writer(
        PdfFileReader(io.BytesIO(page())), writer_kwargs={"stream_xrefs": True}
    )
    stream = writer.prepare_object_stream()
    writer.root[pdf_name("/OpenAction")] = writer.add_object(papers.javascript(), obj_stream=stream)
    output = io.BytesIO()
    writer.write(output)
    assert "JAVASCRIPT" in codes(output.getvalue())
