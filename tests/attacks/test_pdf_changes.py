"""What is done to a PDF after it was signed (pki.md §1.4): none of it may pass."""

from collections.abc import Callable

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from certs.signing import VisibleBox
from certs.verification import Policy
from tests.world import papers
from tests.world.papers import page
from tests.world.pki import Pki
from tests.world.verdicts import PASSED, failed, judge, reasons, result, unclear


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


@pytest.fixture(scope="module")
def signed(pki: Pki) -> bytes:
    return pki.sign(page(), pki.leaf())


@pytest.fixture(scope="module")
def sealed(pki: Pki) -> bytes:
    return pki.sign(page(), pki.leaf(), certify=True)


@pytest.mark.parametrize(
    "change", [papers.with_other_text, papers.with_another_page, papers.with_annotation]
)
def test_changed_pages_fail(signed: bytes, pki: Pki, change: Callable[[bytes], bytes]) -> None:
    report = judge(pki, change(signed))
    assert result(report) == failed("FORMAT_FAILURE")
    assert reasons(report) == ["CONTENT_CHANGED"]
    assert report["signatures"][0]["integrity"] == "content_changed"


@pytest.mark.parametrize(
    "change", [papers.with_other_text, papers.with_another_page, papers.with_annotation]
)
def test_changed_pages_of_a_sealed_document_fail(
    sealed: bytes, pki: Pki, change: Callable[[bytes], bytes]
) -> None:
    assert report_of(pki, change(sealed)) == failed("FORMAT_FAILURE")


def test_a_change_hidden_under_a_later_honest_signature_fails(signed: bytes, pki: Pki) -> None:
    """The attacker changes a page and gets somebody else to sign the result."""
    resigned = pki.sign(papers.with_other_text(signed), pki.leaf(common_name="WONG"))
    report = judge(pki, resigned)
    assert result(report) == failed("FORMAT_FAILURE")
    assert [s["indication"] for s in report["signatures"]] == ["TOTAL-FAILED", "TOTAL-PASSED"]


def test_sneaky_signature_a_second_visible_box_over_the_text(signed: bytes, pki: Pki) -> None:
    box = VisibleBox(drawing=papers.drawing("NOT APPROVED"), rectangle=(50, 700, 250, 740), page=0)
    report = judge(pki, pki.sign(signed, pki.leaf(), visible=box))
    assert result(report) == unclear("DOCUMENT_CHANGED")
    assert reasons(report) == ["VISIBLE_SIGNATURE_ADDED"]
    assert report["signatures"][0]["changes"] == ["Signature2"]


def test_a_visible_second_signature_may_be_allowed_and_is_told(signed: bytes, pki: Pki) -> None:
    box = VisibleBox(drawing=papers.drawing(), rectangle=(50, 100, 250, 140))
    policy = Policy(trust_list=pki.trust_list(), allow_visible_signatures_later=True)
    report = judge(pki, pki.sign(signed, pki.leaf(), visible=box), policy=policy)
    assert result(report) == PASSED
    assert reasons(report, "warning") == ["VISIBLE_SIGNATURE_ADDED"]


def test_junk_after_the_end_is_not_covered(signed: bytes, pki: Pki) -> None:
    for junk in (b"junk", b"\n%%EOF junk", b"A" * 900):
        report = judge(pki, signed + junk)
        assert report["indication"] != "TOTAL-PASSED", junk


def test_short_junk_after_the_end_is_named(signed: bytes, pki: Pki) -> None:
    report = judge(pki, signed + b"\njunk")
    assert result(report) == unclear("DOCUMENT_CHANGED")
    assert reasons(report) == ["UNCOVERED_BYTES"]


def test_a_dss_with_something_else_in_it_fails(signed: bytes, pki: Pki) -> None:
    stuffed = papers.with_root_entry(
        signed, "/DSS", generic.DictionaryObject({pdf_name("/Page"): pdf_name("/X")})
    )
    assert report_of(pki, stuffed)[0] == "TOTAL-FAILED"


def test_scripts_added_later_fail(signed: bytes, pki: Pki) -> None:
    opened = papers.with_root_entry(signed, "/OpenAction", papers.javascript())
    assert report_of(pki, opened) == failed("FORMAT_FAILURE")


def test_the_signature_cut_out_of_the_form_is_no_signature(signed: bytes, pki: Pki) -> None:
    stripped = papers.with_root_entry(signed, "/AcroForm", generic.DictionaryObject({}))
    assert judge(pki, stripped)["document"]["problem"] == "NO_SIGNATURE"


def test_reason_replaced_in_a_copied_dictionary_fails(pki: Pki) -> None:
    """A new dictionary with the old container and another reason (pades-spoofing)."""
    document = pki.sign(page(), pki.leaf(), reason="I agree")

    def change(writer: papers.IncrementalPdfFileWriter) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0]
        copy = generic.DictionaryObject(dict(field["/V"]))
        copy[pdf_name("/Reason")] = generic.TextStringObject("I do not agree")
        field[pdf_name("/V")] = writer.add_object(copy)
        writer.update_container(field)

    assert report_of(pki, papers.updated(document, change))[0] == "TOTAL-FAILED"


def report_of(pki: Pki, document: bytes) -> tuple[str, str | None]:
    return result(judge(pki, document))


def test_a_field_added_to_a_closed_document_is_forbidden(sealed: bytes, pki: Pki) -> None:
    """DocMDP 1 allows nothing but long-term evidence, not even an empty signature field."""
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field

    def change(writer: papers.IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec("Later"))

    report = judge(pki, papers.updated(sealed, change))
    assert result(report) == failed("FORMAT_FAILURE")
    assert reasons(report) == ["FORBIDDEN_BY_CERTIFICATION"]


def test_an_empty_field_added_to_an_open_document_is_told(signed: bytes, pki: Pki) -> None:
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field

    def change(writer: papers.IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec("Later"))

    report = judge(pki, papers.updated(signed, change))
    assert report["indication"] != "TOTAL-PASSED"
