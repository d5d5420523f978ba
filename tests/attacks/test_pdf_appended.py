"""What is appended so that the verifier reads one document and a viewer shows another."""

import io
import re
from collections.abc import Callable

import pypdfium2
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.world import papers
from tests.world.papers import page
from tests.world.pki import Pki
from tests.world.verdicts import PASSED, failed, judge, reasons, result, unclear

EVIL = b"BT /F1 30 Tf 40 500 Td (THIS LICENCE NEVER ENDS) Tj ET\n" * 5
TABLE = b"xref\n0 0\n"
TRAILER = b"trailer\n<< /Size @SIZE /Root @ROOT /Prev @LAST >>\n"
END = b"startxref\n@HERE\n%%EOF\n"


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


@pytest.fixture(scope="module")
def signed(pki: Pki) -> bytes:
    return pki.sign(page(), pki.leaf())


@pytest.fixture(scope="module")
def sealed(pki: Pki) -> bytes:
    return pki.sign(page(), pki.leaf(), certify=True)


def ink(document: bytes) -> int:
    """How much a widespread viewer (PDFium) draws on the first page."""
    pdf = pypdfium2.PdfDocument(document)
    pdf.init_forms()
    grey = pdf[0].render(scale=1, may_draw_forms=True).to_pil().convert("L")
    return sum(value < 200 for value in grey.tobytes())


def appended(document: bytes, what: bytes, *, body: bytes | None = None) -> bytes:
    """Append a second body for the page's content, and a cross-reference section as given."""
    reader = PdfFileReader(io.BytesIO(document))
    content = reader.root["/Pages"]["/Kids"][0].raw_get("/Contents").idnum
    if body is None:
        body = b"%d 0 obj\n<< /Length %d >>\nstream\n" % (content, len(EVIL))
        body += EVIL + b"endstream\nendobj\n"
    last = re.findall(rb"startxref\s+(\d+)", document)[-1]
    for name, value in {
        b"@HERE": b"%d" % (len(document) + len(body)),
        b"@LAST": last,
        b"@UNDERSCORE": last[:2] + b"_" + last[2:],
        b"@ROOT": b"%d 0 R" % reader.trailer_view.raw_get("/Root").idnum,
        b"@SIZE": b"%d" % (int(reader.trailer_view["/Size"]) + 1),
        b"@NEW": b"%d" % int(reader.trailer_view["/Size"]),
    }.items():
        what = what.replace(name, value)
    return document + body + what


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(b"startxref\n@UNDERSCORE\n%%EOF\n", id="a number only Python reads"),
        pytest.param(
            b"xref\n@NEW 1\n0000000017 00000 n\n" + TRAILER + END, id="an entry of 19 bytes"
        ),
    ],
)
def test_a_viewer_that_searches_for_objects_sees_another_document(
    pki: Pki, signed: bytes, sealed: bytes, what: bytes
) -> None:
    for document in (signed, sealed):
        forged = appended(document, what)
        assert ink(forged) > ink(document)  # the attack works on the viewer
        assert judge(pki, forged)["indication"] != "TOTAL-PASSED"


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(b"startxref\n@LAST\n%%EOF\n", id="pointing back"),
        pytest.param(b"startxref @LAST\n%%EOF\n", id="on one line"),
        pytest.param(b"startxref\n+@LAST\n%%EOF\n", id="with a sign"),
        pytest.param(TABLE + TRAILER + END, id="in no table"),
        pytest.param(b"xref\n0 1\n0000000017 00000 n \n" + TRAILER + END, id="object zero"),
        pytest.param(TABLE + TRAILER.replace(b"@SIZE", b"-1") + END, id="with a size below zero"),
    ],
)
def test_objects_that_no_table_lists_are_uncovered(pki: Pki, signed: bytes, what: bytes) -> None:
    report = judge(pki, appended(signed, what))
    assert result(report) == unclear("DOCUMENT_CHANGED")
    assert reasons(report) == ["UNCOVERED_BYTES"]


@pytest.mark.parametrize(
    "trailer",
    [
        b"trailer\n<< /Size @SIZE /Root @ROOT /Prev @LAST /Root @NEW 0 R >>\n",
        b"trailer\n<< /Size @SIZE /Root @ROOT /Prev @LAST /R#6fot @NEW 0 R >>\n",
        b"trailer\n<< /Root @NEW 0 R >>\n" + TRAILER,
    ],
)
def test_a_second_catalogue_in_the_trailer_is_uncovered(
    pki: Pki, signed: bytes, trailer: bytes
) -> None:
    report = judge(pki, appended(signed, TABLE + trailer + END, body=b""))
    assert report["indication"] != "TOTAL-PASSED"


def test_an_honest_empty_update_still_passes(pki: Pki, signed: bytes) -> None:
    assert result(judge(pki, appended(signed, TABLE + TRAILER + END, body=b""))) == PASSED


# --- fields that are not what the library takes them for ---------------------------------------
def with_stamp(document: bytes, change: Callable[[IncrementalPdfFileWriter, dict], None]) -> bytes:
    """Add a field that calls itself a document time stamp, and change it."""
    container = papers.GAP.search(document)
    assert container is not None

    def add(writer: IncrementalPdfFileWriter) -> None:
        number, array = generic.NumberObject, generic.ArrayObject
        value = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/DocTimeStamp"),
                pdf_name("/SubFilter"): pdf_name("/ETSI.RFC3161"),
                pdf_name("/Contents"): generic.ByteStringObject(
                    bytes.fromhex(container[1].decode())
                ),
                pdf_name("/ByteRange"): array(map(number, range(4))),
            }
        )
        field = generic.DictionaryObject(
            {
                pdf_name("/FT"): pdf_name("/Sig"),
                pdf_name("/T"): generic.TextStringObject("Stamp"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/F"): number(132),
                pdf_name("/Rect"): array(map(number, (0, 0, 0, 0))),
                pdf_name("/V"): writer.add_object(value),
            }
        )
        change(writer, field)
        reference = writer.add_object(field)
        form, first = writer.root["/AcroForm"], papers.first_page(writer)
        form["/Fields"].append(reference)
        first[pdf_name("/Annots")] = generic.ArrayObject([*first.get("/Annots", ()), reference])
        for changed in (form["/Fields"], form, first):
            writer.update_container(changed)

    return papers.updated(document, add)


def smuggle(writer: IncrementalPdfFileWriter, field: dict) -> None:
    """An appearance laid into the security store, one corner into its register of stamps."""
    overlay = writer.import_page_as_xobject(
        PdfFileReader(io.BytesIO(papers.drawing("VALID FOR EVER")))
    )
    corner = writer.add_object(generic.NumberObject(40))
    store = writer.root["/DSS"]
    store["/Certs"].append(overlay)
    register = generic.DictionaryObject({pdf_name("/TS"): corner})
    store["/VRI"][pdf_name("/" + "A" * 40)] = register
    for changed in (store["/Certs"], store["/VRI"], store):
        writer.update_container(changed)
    others = map(generic.NumberObject, (700, 400, 780))
    field[pdf_name("/Rect")] = generic.ArrayObject([corner, *others])
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): overlay})


def act(_writer: IncrementalPdfFileWriter, field: dict) -> None:
    field[pdf_name("/AA")] = generic.DictionaryObject({pdf_name("/PO"): papers.javascript()})


def test_an_overlay_whose_corner_is_a_reference_is_visible(pki: Pki, signed: bytes) -> None:
    forged = with_stamp(signed, smuggle)
    assert ink(forged) > ink(signed)
    report = judge(pki, forged)
    assert result(report) == unclear("DOCUMENT_CHANGED")
    assert "VISIBLE_SIGNATURE_ADDED" in reasons(report)


def test_nothing_is_laid_over_a_closed_document(pki: Pki, sealed: bytes) -> None:
    report = judge(pki, with_stamp(sealed, smuggle))
    assert result(report) == failed("FORMAT_FAILURE")
    assert "FORBIDDEN_BY_CERTIFICATION" in reasons(report)


def test_a_script_in_a_later_field_is_a_change(pki: Pki, signed: bytes) -> None:
    report = judge(pki, with_stamp(signed, act))
    assert result(report) == failed("FORMAT_FAILURE")
    assert "CONTENT_CHANGED" in reasons(report)


def test_a_rectangle_that_stands_twice_is_not_taken(pki: Pki, signed: bytes) -> None:
    """PDFium takes the last of two equal keys, the library the first."""

    def twice(_writer: IncrementalPdfFileWriter, field: dict) -> None:
        field[pdf_name("/RecX")] = generic.ArrayObject(map(generic.NumberObject, (9, 9, 99, 99)))

    forged = with_stamp(signed, twice).replace(b"/RecX", b"/Rect")
    assert judge(pki, forged)["indication"] != "TOTAL-PASSED"
