"""The drawing holds exactly the modules of the code."""

import re

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from look.qr import svg

TEXT = "HTTPS://ID.EXAMPLE.HK/R/ABCDEFGHIJKLMNOP"


def _modules(drawing: str) -> set[tuple[int, int]]:
    path = re.search(r'fill="#000" d="([^"]+)"', drawing)
    assert path is not None
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path[1])
    assert "".join(f"M{x} {y}h{a}v1h-{b}z" for x, y, a, b in runs) == path[1]
    return {(int(x) + step, int(y)) for x, y, a, _ in runs for step in range(int(a))}


def test_modules_are_those_of_the_code() -> None:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(TEXT)
    code.make(fit=True)
    matrix = code.get_matrix()
    dark = {(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    drawing = svg(TEXT, "code")
    assert _modules(drawing) == dark
    assert f'viewBox="0 0 {len(matrix)} {len(matrix)}"' in drawing


def test_upper_case_address_fits_version_three() -> None:
    assert 'viewBox="0 0 37 37"' in svg(TEXT, "code")


def test_quiet_zone_is_four_modules_wide() -> None:
    dark = _modules(svg(TEXT, "code"))
    assert min(x for x, _ in dark) == min(y for _, y in dark) == 4


def test_drawing_is_named_escaped_and_free_of_style() -> None:
    drawing = svg(TEXT, 'the "code" & <more>')
    assert "<title>the &#34;code&#34; &amp; &lt;more&gt;</title>" in drawing
    assert 'role="img"' in drawing
    assert "style" not in drawing
