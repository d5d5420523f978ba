"""Text from outside: one normaliser for every text input.

What comes out is NFC, without characters that a database refuses, that reorder or hide other
characters, or that two readers cannot both see. A refusal is a code, never prose; the page
finds words for it.
"""

import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

CODES: Final = (
    "too_long",
    "nul",
    "control",
    "surrogate",
    "bidi_control",
    "zero_width",
    "private_use",
    "noncharacter",
    "line_break",
    "undecodable",
)

#: Marks, embeddings, overrides and isolates of Unicode UAX #9 §2.
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Default-ignorable characters outside category Cf: they show nothing.
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


class UnsafeText(ValueError):  # noqa: N818 - a refusal by name
    """Text that may not come in; `code` is one of `CODES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def safe_text(value: str, max_length: int = 200, *, multiline: bool = False) -> str:
    """Normalise `value` to NFC, trim its ends, and refuse what may not come in.

    `max_length` counts characters, before and after normalising. `multiline` lets line feeds
    and tabs through (CR LF becomes LF). Private-use characters are refused with a code of
    their own: old HKSCS systems kept characters there which now have a proper place in
    Unicode, and the page can say so. Raises UnsafeText.
    """
    if len(value) > max_length * 4:
        raise UnsafeText("too_long")
    if multiline:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    # Before normalising: NFC of a lone surrogate is the surrogate, but say so first.
    for character in value:
        code = _refusal(character, multiline=multiline)
        if code is not None:
            raise UnsafeText(code)
    text = unicodedata.normalize("NFC", value).strip()
    if len(text) > max_length:
        raise UnsafeText("too_long")
    return text


def _refusal(character: str, *, multiline: bool) -> str | None:  # noqa: PLR0911 - a table
    """The code a character is refused with, or None."""
    if character.isascii() and character.isprintable():
        return None
    if character in "\n\t":
        return None if multiline else "line_break"
    if character == "\0":
        return "nul"
    if character in _BIDI:
        return "bidi_control"
    if character == "\ufffd":
        return "undecodable"
    if character in _INVISIBLE:
        return "zero_width"
    if ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef":
        return "noncharacter"
    category = unicodedata.category(character)
    # Zl and Zp break lines in some programs and not in others. Unassigned (Cn) passes: new
    # Han characters are older than this interpreter's Unicode tables.
    return {
        "Cc": "control",
        "Zl": "control",
        "Zp": "control",
        "Cf": "zero_width",
        "Cs": "surrogate",
        "Co": "private_use",
    }.get(category)


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeTextRule:
    """Makes `safe_text` a pydantic annotation: `Annotated[str, SafeTextRule(max_length=40)]`."""

    max_length: int = 200
    multiline: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Accept a str, hand on the normalised one; the error type is `unsafe_text`."""
        return core_schema.no_info_plain_validator_function(self._validate)

    def _validate(self, value: object) -> str:
        if not isinstance(value, str):
            raise PydanticCustomError("string_type", "Input should be a valid string")
        try:
            return safe_text(value, self.max_length, multiline=self.multiline)
        except UnsafeText as refusal:
            raise PydanticCustomError(
                "unsafe_text", "text refused: {code}", {"code": refusal.code}
            ) from None


#: One line of at most 200 characters.
SafeText = Annotated[str, SafeTextRule()]
#: Several lines, at most 2,000 characters.
SafeParagraph = Annotated[str, SafeTextRule(max_length=2000, multiline=True)]
