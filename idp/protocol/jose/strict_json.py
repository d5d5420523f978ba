"""JSON without ambiguities: two readers of the same text must see the same thing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn

MAX_DEPTH: Final = 8


class AmbiguousJson(ValueError):  # noqa: N818 - a refusal by name
    """Text that is not JSON, or that two parsers may read differently."""


def read_object(text: bytes) -> Mapping[str, Any]:
    """Read one JSON object.

    Raises AmbiguousJson for duplicate members (RFC 8259 §4), NaN or Infinity, floats beyond
    range, lone surrogates, nesting deeper than `MAX_DEPTH`, invalid UTF-8, a byte order mark, and
    anything but an object.
    """
    try:
        decoded = text.decode("utf-8")
        _check_depth(decoded)
        found = json.loads(
            decoded, object_pairs_hook=_members, parse_constant=_refuse, parse_float=_float
        )
        json.dumps(found, ensure_ascii=False).encode("utf-8")  # a lone surrogate has no encoding
    except AmbiguousJson:
        raise
    except (ValueError, RecursionError) as error:
        raise AmbiguousJson("not JSON") from error
    if not isinstance(found, dict):
        raise AmbiguousJson("not an object")
    return found


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise AmbiguousJson("duplicate member")
    return found


def _refuse(constant: str) -> NoReturn:
    raise AmbiguousJson(constant)


def _float(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise AmbiguousJson("beyond range")
    return value


def _check_depth(text: str) -> None:
    """Refuse deep nesting; brackets within strings count too, which is good enough for a limit."""
    depth = 0
    for character in text:
        if character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise AmbiguousJson("too deep")
        elif character in "]}":
            depth -= 1
