"""PDF files for tests: plain ones, dangerous ones, and what attackers make of signed ones."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import fpdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

GAP = re.compile(rb"/Contents <([0-9A-F]+)>")
RANGE = re.compile(rb"/ByteRange \[[^\]]*\] *")


def page(text: str = "Application for renewal", pages: int = 1) -> bytes:
    """A small PDF with one line a page, written by fpdf2: the same bytes at every call."""
    pdf = fpdf.FPDF()
    pdf.set_creation_date(datetime(2026, 6, 1, tzinfo=UTC))
    pdf.set_font("helvetica", size=14)
    for number in range(1, pages + 1):
        pdf.add_page()
        pdf.cell(text=f"{text} - page {number}")
    return bytes(pdf.output())


def drawing(text: str = "Signed by CHAN Tai Man (demonstration)") -> bytes:
    """A one-page PDF of a visible signature."""
    pdf = fpdf.FPDF(unit="pt", format=(200, 40))
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.set_font("helvetica", size=9)
    pdf.text(4, 20, text)
    return bytes(pdf.output())


def updated(document: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Append an incremental update, as any PDF editor would."""
    writer = IncrementalPdfFileWriter(io.BytesIO(document), strict=False)
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def with_other_text(document: bytes) -> bytes:
    """Replace what the first page shows (shadow attack, replace variant)."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        first = first_page(writer)
        stream = generic.StreamObject(stream_data=b"BT /F1 14 Tf 40 700 Td (I owe 1000000) Tj ET")
        first[pdf_name("/Contents")] = writer.add_object(stream)
        writer.update_container(first)

    return updated(document, change)


def with_another_page(document: bytes) -> bytes:
    """Append a page (incremental saving attack)."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        copy = generic.DictionaryObject(dict(first_page(writer)))
        pages["/Kids"].append(writer.add_object(copy))
        pages[pdf_name("/Count")] = generic.NumberObject(int(pages["/Count"]) + 1)
        writer.update_container(pages)

    return updated(document, change)


def with_annotation(document: bytes) -> bytes:
    """Lay a free text over the page (evil annotation)."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        first = first_page(writer)
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Contents"): generic.TextStringObject("not renewed"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 300, 300))),
            }
        )
        first[pdf_name("/Annots")] = generic.ArrayObject(
            [*first.get("/Annots", ()), writer.add_object(note)]
        )
        writer.update_container(first)

    return updated(document, change)


def with_root_entry(document: bytes, key: str, value: Any) -> bytes:
    """Put something into the catalogue."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name(key)] = value
        writer.update_root()

    return updated(document, change)


def javascript() -> Any:
    return generic.DictionaryObject(
        {
            pdf_name("/S"): pdf_name("/JavaScript"),
            pdf_name("/JS"): generic.TextStringObject("app.alert(1)"),
        }
    )


def action(kind: str) -> Any:
    return generic.DictionaryObject({pdf_name("/S"): pdf_name(kind)})


def text_form() -> Any:
    field = generic.DictionaryObject(
        {pdf_name("/FT"): pdf_name("/Tx"), pdf_name("/T"): generic.TextStringObject("amount")}
    )
    return generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject([field])})


def first_page(writer: IncrementalPdfFileWriter) -> Any:
    return writer.find_page_for_modification(0)[0].get_object()


def with_byte_range(document: bytes, new: str) -> bytes:
    """Rewrite the ByteRange in place, in the room that it has."""
    found = RANGE.search(document)
    assert found is not None
    return document.replace(found[0], f"/ByteRange {new}".encode().ljust(len(found[0])))


def with_container(document: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Swap the CMS container for another one, in the room that it has."""
    found = GAP.search(document)
    assert found is not None
    room = len(found[1])
    container = change(bytes.fromhex(found[1].decode()))
    filled = container.hex().upper().encode().ljust(room, b"0")
    return document[: found.start(1)] + filled[:room] + document[found.end(1) :]


def flipped(document: bytes, position: int) -> bytes:
    """Change one bit of one byte."""
    return document[:position] + bytes((document[position] ^ 1,)) + document[position + 1 :]
