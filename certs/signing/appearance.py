"""Draws the small box of a visible signature: who, when, and that it is a demonstration.

What the box shows proves nothing, so it says little. The font comes in as a path and the letters
used are embedded, so that a Chinese name looks the same on every machine.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from fpdf import FPDF

WIDTH: Final = 200
HEIGHT: Final = 44
_MARGIN: Final = 4


def draw(lines: Sequence[str], *, font: Path, drawn_at: datetime) -> bytes:
    """Draw up to three lines into a box of 200 × 44 points and answer it as a one-page PDF.

    The caller brings the words in the reader's language, among them that this is a demonstration.
    """
    pdf = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    pdf.set_creation_date(drawn_at)
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(0)
    pdf.add_page()
    pdf.add_font("box", fname=font)
    pdf.set_draw_color(110)
    pdf.rect(0.5, 0.5, WIDTH - 1, HEIGHT - 1)
    for number, line in enumerate(lines[:3]):
        size = 10 if number == 0 else 8
        pdf.set_font("box", size=size)
        while size > 4 and pdf.get_string_width(line) > WIDTH - 2 * _MARGIN:
            size -= 1
            pdf.set_font("box", size=size)
        pdf.text(_MARGIN, 13 + 12 * number, line)
    return bytes(pdf.output())
