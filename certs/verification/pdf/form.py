"""Walks a PDF's form over the reader's own dictionaries, whichever library it is.

Lookups follow references, always: a rectangle whose corners are references is as large as any
other, and a reader that does not look behind them calls it invisible.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

MAX_FIELDS: Final = 2000
MAX_DEPTH: Final = 30
_HIDDEN: Final = 0b10  # ISO 32000-2 table 167
_PLAIN: Final = frozenset(
    {
        # a field, ISO 32000-2 tables 226 and 235
        *("/FT", "/T", "/TU", "/TM", "/Ff", "/V", "/Lock", "/SV", "/DA", "/Q", "/Kids", "/Parent"),
        # its widget, tables 166 and 191
        *("/Type", "/Subtype", "/Rect", "/P", "/NM", "/M", "/F", "/AP", "/AS", "/BS", "/MK"),
        "/Border",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A terminal field: full name, type, dictionary (ISO 32000-2 §12.7.4)."""

    name: str
    kind: str
    dictionary: Any

    @property
    def is_signed(self) -> bool:
        """Whether it is a signature field that holds something."""
        return self.kind == "/Sig" and get(self.dictionary, "/V", None) is not None

    @property
    def is_visible(self) -> bool:
        """Whether any of its widgets has an area and is not hidden; in doubt it is."""
        return any(map(_has_area, self._widgets()))

    @property
    def is_plain(self) -> bool:
        """Whether it has no entry beyond a signature field's: no action above all (§12.6.3)."""
        return all(set(dict.keys(widget)) <= _PLAIN for widget in self._widgets())

    def _widgets(self) -> list[Any]:
        return [self.dictionary, *items(get(self.dictionary, "/Kids", ()))]


def fields(root: Any) -> Iterator[Field]:
    """Walk the form's terminal fields. Raises ValueError where there are too many."""
    form = get(root, "/AcroForm", {})
    pending = [(obj, "", "", 0) for obj in items(get(form, "/Fields", ()))]
    seen = 0
    while pending:
        obj, prefix, inherited, depth = pending.pop(0)
        seen += 1
        if seen > MAX_FIELDS or depth > MAX_DEPTH:
            raise ValueError("too many form fields")
        if not isinstance(obj, dict):
            continue
        own = str(get(obj, "/T", ""))
        name = f"{prefix}.{own}" if prefix and own else prefix or own
        kind = str(get(obj, "/FT", inherited))
        kids = [k for k in items(get(obj, "/Kids", ())) if isinstance(k, dict) and "/T" in k]
        pending.extend((kid, name, kind, depth + 1) for kid in kids)
        if not kids:
            yield Field(name=name, kind=kind, dictionary=obj)


def added(signed_root: Any, root: Any) -> list[Field]:
    """List the fields of `root` that `signed_root` has not; a name used again is a new field."""
    before = Counter(field.name for field in fields(signed_root))
    new = []
    for field in fields(root):
        if before[field.name] > 0:
            before[field.name] -= 1
        else:
            new.append(field)
    return new


def get(obj: Any, key: str, default: Any) -> Any:
    """Look a key up and follow the reference; the reader's own `get` does not follow it."""
    try:
        return obj[key]
    except KeyError:
        return default


def items(array: Any) -> list[Any]:
    """List an array's members with references followed; iterating it does not follow them."""
    return [array[index] for index in range(len(array))]


def _has_area(widget: Any) -> bool:
    try:
        left, bottom, right, top = items(get(widget, "/Rect", (0, 0, 0, 0)))
        hidden = int(get(widget, "/F", 0)) & _HIDDEN
        return bool(left != right and bottom != top and not hidden)
    except (TypeError, ValueError):
        return True
