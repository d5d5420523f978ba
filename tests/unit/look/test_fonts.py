"""A Chinese name prints, and can be read back, on every machine."""

import pypdfium2
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fpdf import FPDF

from look.fonts import FAMILY, cjk_font_path

TEXT = "陳大文 㛓 峯 𨋢 車輛牌照 车辆牌照 CHAN Tai Man HK$412.00，：；？！「」（）•✓"


def test_font_has_hong_kong_and_simplified_characters() -> None:
    with TTFont(cjk_font_path(), lazy=True) as font:
        characters = set(font.getBestCmap())
        family = font["name"].getDebugName(1)
    assert not {ord(character) for character in TEXT} - characters
    assert family == FAMILY
    for codec, size in (("big5hkscs", 17_000), ("gb2312", 6_700)):
        repertoire = _han(codec)
        assert len(repertoire) >= size
        missing = repertoire - characters
        assert not missing, f"{codec}: {sorted(map(chr, missing))[:20]}"


def _han(codec: str) -> set[int]:
    points: set[int] = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            text = bytes((lead, trail)).decode(codec, "ignore")
            if len(text) == 1 and ("\u3400" <= text <= "\u9fff" or text >= "\U00020000"):
                points.add(ord(text))
    return points


def test_document_with_names_is_small_and_reads_back() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.add_font("hk", fname=cjk_font_path())
    pdf.set_font("hk", size=12)
    pdf.cell(text=TEXT)
    written = bytes(pdf.output())
    assert len(written) < 100_000
    document = pypdfium2.PdfDocument(written)
    page = document[0]
    text = page.get_textpage()
    assert text.get_text_range() == TEXT
    text.close()
    page.close()
    document.close()


def test_font_is_eight_megabytes_at_most() -> None:
    assert cjk_font_path().stat().st_size <= 8 * 2**20
