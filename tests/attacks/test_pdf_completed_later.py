"""A signed page refers to an object that does not exist; somebody appends it afterwards."""

from collections.abc import Callable
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

import certs.signing.pdf as maker
from certs.verification import only_signed
from tests.world import papers, raw_pdf
from tests.world.papers import page
from tests.world.pki import Pki
from tests.world.verdicts import PASSED, failed, judge, reasons, result, unclear

MORE = raw_pdf.text("plus HKD 1000000")
SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def signed_unseen(
    pki: Pki, monkeypatch: pytest.MonkeyPatch, document: bytes, **appearance: object
) -> bytes:
    """Signed by somebody whose linter lets it through: the verifier stands alone."""
    with monkeypatch.context() as patch:
        patch.setattr(maker, "refusals", lambda _: ())
        return pki.sign(document, pki.leaf(), **appearance)


@pytest.mark.parametrize("appearance", [{}, {"certify": True}])
@pytest.mark.parametrize(
    ("changed", "added"),
    [
        ({"o4": raw_pdf.PAGE + b" /Contents [5 0 R 99 0 R] >>"}, {99: MORE}),
        ({"o4": raw_pdf.PAGE + b" /Contents 99 0 R >>"}, {99: MORE}),
        ({"o2": b"<< /Type /Catalog /Pages 3 0 R /OpenAction 99 0 R >>"}, {99: SCRIPT}),
        ({"o1": b"[[99 0 R]]", "o4": raw_pdf.PAGE + b" /Contents 5 0 R >>"}, {99: MORE}),
    ],
)
def test_an_object_that_was_missing_when_it_was_signed(
    pki: Pki,
    monkeypatch: pytest.MonkeyPatch,
    changed: dict[str, bytes],
    added: dict[int, bytes],
    appearance: dict[str, bool],
) -> None:
    document = raw_pdf.document(raw_pdf.objects(**changed))
    signed = signed_unseen(pki, monkeypatch, document, **appearance)
    assert result(judge(pki, signed)) == PASSED  # so far it shows what was signed
    forged = raw_pdf.appended(signed, added)
    report = judge(pki, forged)
    assert result(report) == failed("FORMAT_FAILURE")
    assert reasons(report) == ["CONTENT_CHANGED"]


def test_what_nothing_refers_to_is_not_passed_over(pki: Pki) -> None:
    signed = pki.sign(page(), pki.leaf())
    assert result(judge(pki, raw_pdf.appended(signed, {150: MORE}))) == failed("FORMAT_FAILURE")
    assert only_signed(page(), signed)


Change = Callable[[IncrementalPdfFileWriter], None]


def other_title(writer: IncrementalPdfFileWriter) -> None:
    title = generic.TextStringObject("Receipt: paid in full")
    writer.set_info(writer.add_object(generic.DictionaryObject({pdf_name("/Title"): title})))


def other_version(writer: IncrementalPdfFileWriter) -> None:
    writer.root[pdf_name("/Version")] = pdf_name("/1.0")
    writer.update_root()


def other_marks(writer: IncrementalPdfFileWriter) -> None:
    marked: dict[Any, Any] = {pdf_name("/Marked"): generic.BooleanObject(True)}  # noqa: FBT003
    writer.root[pdf_name("/MarkInfo")] = generic.DictionaryObject(marked)
    writer.update_root()


def fields_drawn_anew(writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    form[pdf_name("/NeedAppearances")] = generic.BooleanObject(True)  # noqa: FBT003
    writer.update_container(form)


@pytest.mark.parametrize("change", [other_title, other_version, other_marks, fields_drawn_anew])
def test_a_file_that_tells_something_else_of_itself_is_no_plain_pass(
    pki: Pki, change: Change
) -> None:
    signed = papers.updated(pki.sign(page(), pki.leaf()), change)
    report = judge(pki, signed)
    assert result(report) == unclear("DOCUMENT_CHANGED")
    assert reasons(report) == ["UNCOVERED_BYTES"]
    sealed = papers.updated(pki.sign(page(), pki.leaf(), certify=True), change)
    assert reasons(judge(pki, sealed)) == ["FORBIDDEN_BY_CERTIFICATION"]
