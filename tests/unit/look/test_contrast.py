"""Every pair of colours that carries text is readable, in light and in dark.

WCAG 2.2 §1.4.3 asks 4.5 to 1 for text, §1.4.11 3 to 1 for controls; body text gets 7 (§1.4.6).
"""

import re
from pathlib import Path

import pytest

import look

STATIC = Path(look.__file__).parent / "static"
TOKEN = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{3,6}), (#[0-9a-f]{3,6})\)")

PAIRS = [
    ("ink", "ground", 7.0),
    ("ink", "paper", 7.0),
    ("soft", "ground", 4.5),
    ("soft", "paper", 4.5),
    ("soft", "sunk", 4.5),
    ("link", "ground", 4.5),
    ("link", "paper", 4.5),
    ("on-brand", "brand", 4.5),
    ("brand", "paper", 4.5),
    ("brand-deep", "tint", 4.5),
    ("ink", "tint", 7.0),
    ("ok", "ok-tint", 4.5),
    ("warn", "warn-tint", 4.5),
    ("bad", "bad-tint", 4.5),
    ("bad", "paper", 4.5),
    ("link", "info-tint", 4.5),
    ("link", "bad-tint", 4.5),
    ("ink", "bad-tint", 7.0),
    ("edge", "paper", 3.0),
    ("edge", "ground", 3.0),
]


def _tokens(text: str) -> dict[str, tuple[str, str]]:
    return {name: (light, dark) for name, light, dark in TOKEN.findall(text)}


def _schemes() -> dict[str, dict[str, tuple[str, str]]]:
    base = _tokens((STATIC / "look.css").read_text("utf-8"))
    accents = (STATIC / "accents.css").read_text("utf-8")
    named = re.findall(r"^\.([a-z]+) \{(.*?)^\}", accents, flags=re.DOTALL | re.MULTILINE)
    return {"jade": base} | {name: base | _tokens(body) for name, body in named}


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("scheme", ["jade", "harbour", "plum"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_pair_is_readable(scheme: str, front: str, back: str, least: float, *, dark: bool) -> None:
    tokens = _schemes()[scheme]
    found = _contrast(tokens[front][dark], tokens[back][dark])
    assert found >= least, f"{front} on {back}: {found:.2f}"
