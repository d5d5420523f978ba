"""A provider puts more than a signature on the document that a department asked for."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

import certs.signing.pdf as maker
from certs.signing import VisibleBox
from certs.verification import only_signed
from tests.world import papers
from tests.world.papers import page
from tests.world.pki import Pki
from tests.world.verdicts import PASSED, judge, result

Change = Callable[[IncrementalPdfFileWriter], None]


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def signed_with(pki: Pki, monkeypatch: pytest.MonkeyPatch, change: Change, **how: object) -> bytes:
    """Sign in one and the same revision as another change: the provider wrote this software."""
    place = maker._place

    def dishonest(writer: IncrementalPdfFileWriter, *values: Any, **options: Any) -> Any:
        change(writer)
        return place(writer, *values, **options)

    with monkeypatch.context() as patch:
        patch.setattr(maker, "_place", dishonest)
        return pki.sign(page(), pki.leaf(), **how)


def signed_unseen(pki: Pki, monkeypatch: pytest.MonkeyPatch, document: bytes) -> bytes:
    """Sign what the linter refuses: the provider left it out."""
    with monkeypatch.context() as patch:
        patch.setattr(maker, "refusals", lambda _: ())
        return pki.sign(document, pki.leaf())


def entry(key: str, value: Any) -> Change:
    """Set an entry of the first page."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        first = papers.first_page(writer)
        first[pdf_name(key)] = value
        writer.update_container(first)

    return change


def root_entry(key: str, value: Any) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name(key)] = value
        writer.update_root()

    return change


def other_content(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"BT /F1 14 Tf 40 700 Td (I owe 1000000) Tj ET")
    entry("/Contents", writer.add_object(stream))(writer)


def content_in_place(writer: IncrementalPdfFileWriter) -> None:
    stream = papers.first_page(writer)["/Contents"]
    stream._data = b"BT /F1 14 Tf 40 700 Td (I owe 1000000) Tj ET"
    stream._encoded_data = None
    writer.mark_update(papers.first_page(writer).raw_get("/Contents"))


def note(writer: IncrementalPdfFileWriter) -> None:
    annotation = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Contents"): generic.TextStringObject("not renewed"),
            pdf_name("/Rect"): numbers(0, 0, 300, 300),
        }
    )
    entry("/Annots", generic.ArrayObject([writer.add_object(annotation)]))(writer)


def text_field(writer: IncrementalPdfFileWriter) -> None:
    form = papers.text_form()
    form["/Fields"][0] = writer.add_object(form["/Fields"][0])
    root_entry("/AcroForm", form)(writer)


def orphan(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.StreamObject(stream_data=b"for later"))


def numbers(*values: int) -> Any:
    return generic.ArrayObject(map(generic.NumberObject, values))


def test_an_honest_signature_adds_only_itself(pki: Pki) -> None:
    assert only_signed(page(), pki.sign(page(), pki.leaf()))
    assert only_signed(page(pages=3), pki.sign(page(pages=3), pki.leaf(), reason="I agree"))


def test_a_second_honest_signature_adds_only_itself(pki: Pki) -> None:
    first = pki.sign(page(), pki.leaf())
    assert only_signed(first, pki.sign(first, pki.leaf()))


def test_an_honest_signature_on_a_chromium_document_adds_only_itself(
    pki: Pki, tmp_path: Path
) -> None:
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)
    if browser is None:
        pytest.fail("no Chromium found: install the package `chromium`")
    (tmp_path / "form.html").write_text("<h1>續領駕駛執照申請</h1>", encoding="utf-8")
    made = tmp_path / "form.pdf"
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    order = [browser, "--headless", "--no-sandbox", "--disable-gpu", profile]
    order += [f"--print-to-pdf={made}", str(tmp_path / "form.html")]
    subprocess.run(order, check=True, capture_output=True, timeout=120)
    assert only_signed(made.read_bytes(), pki.sign(made.read_bytes(), pki.leaf()))


@pytest.mark.parametrize(
    "change", [papers.with_other_text, papers.with_another_page, papers.with_annotation]
)
def test_an_update_before_the_signature_is_not_what_was_asked(
    pki: Pki, monkeypatch: pytest.MonkeyPatch, change: Callable[[bytes], bytes]
) -> None:
    """Our bytes, then a revision that replaces page 1, then a good signature over both."""
    forged = signed_unseen(pki, monkeypatch, change(page()))
    assert forged.startswith(page())
    assert result(judge(pki, forged)) == PASSED  # the signature itself is a good one
    assert not only_signed(page(), forged)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(other_content, id="other content"),
        pytest.param(content_in_place, id="content in place"),
        pytest.param(note, id="annotation"),
        pytest.param(entry("/Rotate", generic.NumberObject(180)), id="page turned"),
        pytest.param(entry("/MediaBox", numbers(0, 0, 10, 10)), id="page cut"),
        pytest.param(entry("/Resources", generic.DictionaryObject()), id="other resources"),
        pytest.param(entry("/AA", papers.javascript()), id="action of a page"),
        pytest.param(root_entry("/OpenAction", papers.action("/URI")), id="action at opening"),
        pytest.param(root_entry("/Lang", generic.TextStringObject("en")), id="catalogue"),
        pytest.param(root_entry("/MarkInfo", generic.DictionaryObject()), id="mark info"),
        pytest.param(root_entry("/OCProperties", generic.DictionaryObject()), id="layers"),
        pytest.param(root_entry("/Names", generic.DictionaryObject()), id="names"),
        pytest.param(text_field, id="text field"),
        pytest.param(orphan, id="object for later"),
    ],
)
def test_a_change_in_the_revision_of_the_signature_is_not_what_was_asked(
    pki: Pki, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    forged = signed_with(pki, monkeypatch, change)
    assert forged.startswith(page())
    assert not only_signed(page(), forged)


def test_an_extra_revision_without_a_change_is_not_what_was_asked(pki: Pki) -> None:
    empty = papers.updated(page(), lambda writer: writer.update_root())
    assert not only_signed(page(), pki.sign(empty, pki.leaf()))


def test_a_visible_box_is_not_what_was_asked(pki: Pki) -> None:
    box = VisibleBox(drawing=papers.drawing("NOT APPROVED"), rectangle=(50, 700, 250, 740), page=0)
    assert not only_signed(page(), pki.sign(page(), pki.leaf(), visible=box))


def test_a_certifying_signature_is_not_what_was_asked(pki: Pki) -> None:
    """It would close the document to the department's own additions."""
    assert not only_signed(page(), pki.sign(page(), pki.leaf(), certify=True))


def test_two_signatures_at_once_are_not_what_was_asked(pki: Pki) -> None:
    twice = pki.sign(pki.sign(page(), pki.leaf()), pki.leaf())
    assert not only_signed(page(), twice)


def test_objects_between_the_document_and_the_signature_are_not_what_was_asked(
    pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = b"99 0 obj\n<< /Type /Catalog >>\nendobj\n"
    last = re.findall(rb"startxref\s+\d+\s+%%EOF\n?", page())[-1]
    forged = signed_unseen(pki, monkeypatch, page() + hidden + last)
    assert not only_signed(page(), forged)


@pytest.mark.parametrize("answer", [b"", b"%PDF-1.7\n%%EOF\n", page(), page("Other")])
def test_no_signature_is_a_no_and_no_exception(answer: bytes) -> None:
    assert not only_signed(page(), answer)


def test_another_document_is_a_no(pki: Pki) -> None:
    assert not only_signed(page(), pki.sign(page("Other"), pki.leaf()))
