import pypdfium2
import pytest

from certs.signing import VisibleBox
from certs.signing.appearance import HEIGHT, WIDTH, draw
from tests.world.papers import page
from tests.world.pki import Pki
from tests.world.verdicts import PASSED, judge, result


@pytest.fixture(scope="module")
def drawing() -> bytes:
    from look.fonts import cjk_font_path

    lines = ("Signed by CHAN Tai Man 陳大文", "2026-06-15 12:00 HKT", "Demonstration 示範")
    return draw(lines, font=cjk_font_path(), drawn_at=Pki().now)


def test_the_box_holds_its_letters_embedded(drawing: bytes) -> None:
    opened = pypdfium2.PdfDocument(drawing)
    assert opened[0].get_size() == (WIDTH, HEIGHT)
    text = opened[0].get_textpage().get_text_range()
    assert "陳大文" in text
    assert "示範" in text
    assert b"/FontFile" in drawing


def test_the_same_words_give_the_same_box(drawing: bytes) -> None:
    assert drawing.count(b"20260615040000") >= 1


def test_a_signature_with_the_box_verifies(drawing: bytes) -> None:
    pki = Pki()
    box = VisibleBox(drawing=drawing, rectangle=(300, 60, 300 + WIDTH, 60 + HEIGHT))
    assert result(judge(pki, pki.sign(page(), pki.leaf(), visible=box))) == PASSED
