"""PDF files for tests: plain ones, and ones with something that should not be signed."""

import fpdf


def page(text: str = "Application for renewal", pages: int = 1) -> bytes:
    """A small PDF with one line a page, written by fpdf2."""
    pdf = fpdf.FPDF()
    pdf.set_font("helvetica", size=14)
    for number in range(1, pages + 1):
        pdf.add_page()
        pdf.cell(text=f"{text} - page {number}")
    return bytes(pdf.output())
