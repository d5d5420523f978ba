"""Paper: A4 pages with the department's look, bilingual, every page marked as a demonstration."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import fpdf
import qrcode
from qrcode.constants import ERROR_CORRECT_M

from look.fonts import cjk_font_path

Translate = Callable[[str], str]

_JADE: Final = (11, 101, 90)
_INK: Final = (16, 36, 43)
_SOFT: Final = (70, 88, 94)
_LINE: Final = (205, 217, 214)
_TINT: Final = (238, 246, 243)
_LEFT: Final = 20.0
WIDTH: Final = 170.0
_FONT: Final = "sans"


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """The two languages of a document: English, and the reader's Chinese."""

    english: Translate
    chinese: Translate

    def both(self, text: str) -> tuple[str, str]:
        """The text in English and in Chinese; the Chinese is empty where it is the same."""
        english, chinese = self.english(text), self.chinese(text)
        return english, "" if chinese == english else chinese


class Paper(fpdf.FPDF):
    """A document under way. Units are millimetres; positions flow downwards."""

    def __init__(
        self, languages: Languages, *, department: str, mark: str, title: str, made_at: datetime
    ) -> None:
        super().__init__(format="A4")
        self._languages = languages
        self._department = languages.both(department)
        self._mark = languages.both(mark)
        self.add_font(_FONT, fname=str(cjk_font_path()))
        self.set_margins(_LEFT, 18, _LEFT)
        self.c_margin = 0  # text begins where the rules begin
        self.set_auto_page_break(auto=True, margin=24)
        self.set_title(title)
        self.set_lang("en")
        self.set_creation_date(made_at)
        self.set_producer("OneChop demonstration")
        self.add_page()

    def header(self) -> None:
        """The department's name over the jade rule; called by fpdf2 on every page."""
        self.set_fill_color(*_JADE)
        self.rect(0, 0, 210, 5, style="F")
        self.set_xy(_LEFT, 12)
        self.write_text(self._department[0], 13, _JADE)
        if self._department[1]:
            self.write_text(self._department[1], 11, _SOFT)
        self.set_y(self.get_y() + 2)
        self.rule(_JADE, 0.7)
        self.set_y(self.get_y() + 5)

    def footer(self) -> None:
        """The demonstration mark and the page number; called by fpdf2 on every page."""
        self.set_y(-21)
        self.rule(_LINE, 0.2)
        self.set_y(self.get_y() + 2)
        top = self.get_y()
        self.write_text(self._mark[0], 8, _SOFT)
        if self._mark[1]:
            self.write_text(self._mark[1], 8, _SOFT)
        self.set_xy(_LEFT, top)
        self.write_text(f"{self.page_no()}", 8, _SOFT, align="R")

    def write_text(
        self,
        text: str,
        size: float,
        colour: tuple[int, int, int] = _INK,
        *,
        align: str = "L",
        width: float = WIDTH,
    ) -> None:
        """One paragraph at the present position."""
        self.set_font(_FONT, size=size)
        self.set_text_color(*colour)
        height = size * 0.5
        self.multi_cell(width, height, text, align=align, new_x="LEFT", new_y="NEXT")

    def rule(self, colour: tuple[int, int, int], thickness: float) -> None:
        """A line across the page."""
        self.set_draw_color(*colour)
        self.set_line_width(thickness)
        self.line(_LEFT, self.get_y(), _LEFT + WIDTH, self.get_y())

    def heading(self, text: str, size: float = 20) -> None:
        """A title in both languages."""
        english, chinese = self._languages.both(text)
        self.write_text(english, size)
        if chinese:
            self.set_y(self.get_y() + 1)
            self.write_text(chinese, size * 0.75, _SOFT)
        self.set_y(self.get_y() + 4)

    def paragraph(self, text: str, size: float = 10) -> None:
        """A text in both languages."""
        english, chinese = self._languages.both(text)
        self.write_text(english, size)
        if chinese:
            self.set_y(self.get_y() + 1)
            self.write_text(chinese, size, _SOFT)
        self.set_y(self.get_y() + 3)

    def row(self, label: str, value: str, note: str = "") -> None:
        """A line of a form: label in both languages at the left, value at the right."""
        english, chinese = self._languages.both(label)
        if self.get_y() > 255:
            self.add_page()
        top = self.get_y() + 2
        self.set_xy(_LEFT, top)
        self.write_text(english, 9, _SOFT, width=62)
        if chinese:
            self.write_text(chinese, 9, _SOFT, width=62)
        left_end = self.get_y()
        self.set_xy(_LEFT + 66, top)
        self.write_text(value or "—", 11.5, width=WIDTH - 66)
        if note:
            self.write_text(note, 8, _SOFT, width=WIDTH - 66)
        self.set_xy(_LEFT, max(left_end, self.get_y()) + 2)
        self.rule(_LINE, 0.2)

    def box(self, label: str, value: str, *, x: float, y: float, width: float) -> None:
        """A tinted box with one important value in large type."""
        english, chinese = self._languages.both(label)
        self.set_fill_color(*_TINT)
        self.set_draw_color(*_JADE)
        self.set_line_width(0.4)
        self.rect(x, y, width, 27, style="DF", round_corners=True, corner_radius=2)
        self.set_xy(x + 4, y + 3)
        self.write_text(f"{english}  {chinese}".strip(), 9, _SOFT, width=width - 8)
        self.set_xy(x + 4, y + 12)
        self.write_text(value, 19, _JADE, width=width - 8)

    def qr(self, text: str, *, x: float, y: float, size: float) -> None:
        """A QR code as vector squares (ISO/IEC 18004, level M, four modules of margin)."""
        code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
        code.add_data(text)
        code.make(fit=True)
        matrix = code.get_matrix()
        module = size / len(matrix)
        self.set_fill_color(0, 0, 0)
        for line, cells in enumerate(matrix):
            for column, dark in enumerate(cells):
                if dark:
                    # A hair wider, so that renderers leave no white lines between modules.
                    self.rect(
                        x + column * module, y + line * module, module + 0.02, module + 0.02, "F"
                    )
        self.link(x, y, size, size, text)

    def finished(self) -> bytes:
        """The document's bytes."""
        return bytes(self.output())
