"""One file, two documents: what one reader shows and another does not is never signed."""

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from certs.signing import Severity, inspect, lint
from house.chromium import find
from tests.world import papers, raw_pdf
from tests.world.papers import page
from tests.world.pki import Pki


def codes(document: bytes) -> list[str]:
    return [f.code for f in lint(inspect(document)) if f.severity is Severity.REFUSE]


def with_streams(document: bytes) -> bytes:
    """The same document with object streams and a cross-reference stream (§7.5.7, §7.5.8)."""
    writer = copy_into_new_writer(
        PdfFileReader(io.BytesIO(document)), writer_kwargs={"stream_xrefs": True}
    )
    writer.prepare_object_stream()
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def test_what_is_written_plainly_may_be_signed() -> None:
    assert codes(raw_pdf.document(raw_pdf.objects())) == []
    assert codes(page(pages=2)) == []
    assert codes(with_streams(page())) == []


def test_a_document_with_earlier_revisions_and_signatures_may_be_signed() -> None:
    pki = Pki()
    twice = pki.sign(pki.sign(page(), pki.leaf()), pki.leaf())
    assert codes(papers.with_other_text(twice)) == []


def test_a_document_printed_by_chromium_may_be_signed(tmp_path: Path) -> None:
    (tmp_path / "form.html").write_text("<p>續領 <a href='https://a.example/'>link</a></p>")
    made = tmp_path / "form.pdf"
    order = [find(), "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={made}"]
    order += [f"--user-data-dir={tmp_path / 'profile'}", str(tmp_path / "form.html")]
    subprocess.run(order, check=True, capture_output=True, timeout=120)
    assert codes(made.read_bytes()) == []


Twist = Callable[[bytes], bytes]


def replaced(old: bytes, new: bytes) -> Twist:
    def twist(document: bytes) -> bytes:
        assert old in document
        return document.replace(old, new)

    return twist


def other_start(how: bytes) -> Twist:
    def twist(document: bytes) -> bytes:
        head, _, tail = document.rpartition(b"startxref\n")
        return head + b"startxref\n" + how % int(tail.split()[0]) + b"\n%%EOF\n"

    return twist


@pytest.mark.parametrize(
    "twist",
    [
        pytest.param(replaced(b" 00000 n \n", b" 00000 n\n"), id="entries of 19 bytes"),
        pytest.param(replaced(b"xref\n0 7\n", b"xref\n0_0 7\n"), id="number of a section"),
        pytest.param(replaced(b"1 0 obj", b"0_1 0 obj"), id="number of an object"),
        pytest.param(other_start(b"+%d"), id="startxref with a sign"),
        pytest.param(other_start(b"%d.0"), id="startxref with a fraction"),
    ],
)
def test_cross_references_that_make_one_reader_search_are_refused(twist: Twist) -> None:
    """One takes the table, the other scans the file and finds the second `5 0 obj`."""
    other = b"5 0 obj\n" + raw_pdf.text("I owe HKD 1000000") + b"\nendobj\n"
    document = twist(raw_pdf.document(raw_pdf.objects(), after=other))
    assert {"STRUCTURE_UNCLEAR", "NOT_A_PDF"} & set(codes(document))


@pytest.mark.parametrize(
    "hidden",
    [
        b"5 0 obj\n" + raw_pdf.text("I owe HKD 1000000") + b"\nendobj\n",
        b"7 0 obj\n<< /Type /Catalog /Pages 3 0 R >>\nendobj\n",
        b"9 0  obj\nnull\nendobj\n",
        b"9 0\tobj null endobj\n",
        b"% 9 0 obj\n",
    ],
)
def test_an_object_that_only_a_search_finds_is_refused(hidden: bytes) -> None:
    document = raw_pdf.document(raw_pdf.objects(), after=hidden)
    assert codes(document) == ["STRUCTURE_UNCLEAR"]


def test_an_object_inside_a_stream_of_another_is_refused() -> None:
    inside = raw_pdf.stream(b"\n5 0 obj\n(another)\nendobj\n")
    assert codes(raw_pdf.document(raw_pdf.objects(o1=inside))) == ["STRUCTURE_UNCLEAR"]


def test_an_object_stream_that_holds_more_than_the_table_says_is_refused() -> None:
    """A search takes objects out of every object stream, asked for or not."""
    held = b"5 0 " + raw_pdf.text("I owe HKD 1000000")[:20]
    hiding = raw_pdf.stream(held, b"/Type /ObjStm /N 1 /First 4 ")
    assert codes(raw_pdf.document(raw_pdf.objects(o1=hiding))) == ["STRUCTURE_UNCLEAR"]


def test_an_object_whose_entry_points_beside_it_is_refused() -> None:
    document = raw_pdf.document(raw_pdf.objects())
    start = document.index(b"1 0 obj")
    assert codes(document.replace(b"%010d" % start, b"%010d" % (start - 1)))[0] in {
        "STRUCTURE_UNCLEAR",
        "NOT_A_PDF",
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"o4": raw_pdf.PAGE + b" /Contents [5 0 R 99 0 R] >>"},
        {"o4": raw_pdf.PAGE + b" /Contents 99 0 R >>"},
        {"o2": b"<< /Type /Catalog /Pages 3 0 R /OpenAction 99 0 R >>"},
        {"o1": b"[<< /Deep [99 0 R] >>]"},
    ],
)
def test_a_reference_to_what_does_not_exist_is_refused(changed: dict[str, bytes]) -> None:
    """Whoever appends the object later decides what the page shows."""
    assert codes(raw_pdf.document(raw_pdf.objects(**changed))) == ["DANGLING_REFERENCES"]


def annotated(annotation: bytes) -> bytes:
    drawn = raw_pdf.stream(b"0 g 0 0 9 9 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] ")
    changed = {"o4": raw_pdf.PAGE + b" /Contents 5 0 R /Annots [7 0 R] >>"}
    return raw_pdf.document(raw_pdf.objects(**changed) | {7: annotation, 8: drawn})


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(b"/Subtype /Stamp /F 36 /AP << /N 8 0 R >>", id="printed, not shown"),
        pytest.param(b"/Subtype /Stamp /AP << /N 8 0 R >>", id="shown, not printed"),
        pytest.param(b"/Subtype /Stamp /F 2 /AP << /N 8 0 R >>", id="hidden"),
        pytest.param(b"/Subtype /FreeText /F 4 /Contents (text)", id="drawn by the reader"),
        pytest.param(b"/Subtype /Link /F 36 /AP << /N 8 0 R >>", id="a link that draws"),
        pytest.param(b"/Subtype /Widget /FT /Btn /AP << /N 8 0 R >>", id="a button in no form"),
    ],
)
def test_what_may_be_printed_and_not_shown_is_refused(annotation: bytes) -> None:
    document = annotated(b"<< /Type /Annot /Rect [0 0 9 9] " + annotation + b" >>")
    assert codes(document) == ["ANNOTATIONS"]


def test_a_link_may_stay() -> None:
    link = b"<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://a.example/) >> >>"
    assert codes(annotated(link)) == []
