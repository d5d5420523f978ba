"""Hong Kong identity card numbers: reading, checking, masking.

A check character finds typing mistakes; it proves nothing about a person (about one wrong first
letter in sixteen passes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_FORM: Final = re.compile(r"([A-Z]{1,2})([0-9]{6})\(?([0-9A])\)?")
_SPACE: Final = 36  # value of the blank before a single letter
_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class Hkid:
    """A number whose check character is right."""

    letters: str
    digits: str
    check: str

    def __str__(self) -> str:
        """Spell it as on the card: `A123456(3)`."""
        return f"{self.letters}{self.digits}({self.check})"

    def __repr__(self) -> str:
        return f"Hkid({self.masked})"

    @property
    def masked(self) -> str:
        """The number with its last digits hidden: `A123•••(•)`."""
        return f"{self.letters}{self.digits[:3]}•••(•)"


def check_character(letters: str, digits: str) -> str:
    """Compute the check character of one or two letters and six digits.

    Values: blank 36, A = 10 … Z = 35; weights 9 to 2; (11 - sum mod 11) mod 11, ten is "A".
    """
    padded = [_SPACE] * (2 - len(letters)) + [ord(c) - ord("A") + 10 for c in letters]
    total = sum(
        value * weight for value, weight in zip([*padded, *map(int, digits)], _WEIGHTS, strict=True)
    )
    remainder = (11 - total % 11) % 11
    return "A" if remainder == 10 else str(remainder)


def parse(text: str) -> Hkid:
    """Read a number with or without brackets, in any case.

    Raises ValueError with `form` or `check_character`: never with the number itself.
    """
    found = _FORM.fullmatch("".join(text.split()).upper())
    if found is None:
        raise ValueError("form")
    letters, digits, check = found.groups()
    if check_character(letters, digits) != check:
        raise ValueError("check_character")
    return Hkid(letters, digits, check)


def is_synthetic(hkid: Hkid) -> bool:
    """Tell whether a number is of the demonstration: prefix Q and a serial below 1000."""
    return hkid.letters == "Q" and hkid.digits.startswith("000")
