"""QR codes as inline SVG, drawn on the server: no client script, no style attribute."""

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4
"""Modules of white margin on every side (ISO/IEC 18004 §6.3.8)."""


def svg(text: str, title: str) -> Markup:
    """A QR code of `text`, error correction level M, with an accessible `title`.

    Upper-case text of digits, letters and `$%*+-./:` makes the smaller alphanumeric code.
    The code is black on white in dark mode too: many cameras cannot read it inverted.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    return Markup(
        '<svg class="qr" role="img" viewBox="0 0 {0} {0}" shape-rendering="crispEdges">'
        '<title>{1}</title><path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{2}"/></svg>'
    ).format(len(matrix), title, _path(matrix))


def _path(matrix: list[list[bool]]) -> str:
    """One rectangle for each run of dark modules in a row."""
    parts: list[str] = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            run = 0
            while x + run < len(row) and row[x + run]:
                run += 1
            if run:
                parts.append(f"M{x} {y}h{run}v1h-{run}z")
            x += max(run, 1)
    return "".join(parts)
