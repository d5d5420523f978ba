"""Sees in later revisions what the library's difference analysis takes too lightly.

It assumes that the signed revision refers to nothing that does not exist yet, and lets a document
tell another title, author or version of itself. The reader is passed in by `reader.py`; what it
throws is unclear there.
"""

from collections.abc import Iterator
from typing import Any, Final

from certs.verification.pdf.form import get

MAX_OBJECTS: Final = 200_000
_WRITER_NOTES: Final = frozenset({"/ModDate", "/Producer"})  # what every writer leaves behind
_NOTHING: Final = object()


def completes(reader: Any, signed_revision: int) -> bool:
    """Decide whether a later revision defines an object that the signed one already refers to.

    A reference to an object that does not exist is null (ISO 32000-2 §7.3.10) until somebody
    appends the object: then a page that was signed shows what was never signed.
    """
    xrefs = reader.xrefs
    late = {
        ref
        for revision in range(signed_revision + 1, xrefs.total_revisions)
        for ref in xrefs.explicit_refs_in_revision(revision)
        if xrefs.get_historical_ref(ref, signed_revision) is None
    }
    return bool(late) and any(ref in late for ref in _references(reader, signed_revision))


def describes_itself_anew(reader: Any, signed_revision: int) -> bool:
    """Decide whether the file's account of itself is another than the signed one.

    Compared are the document information but for the writer's notes (§14.3.3), the metadata
    stream (§14.3.2), the catalogue's `/MarkInfo` and `/Version`, which may only rise (§7.7.2), and
    the form's defaults, by which a reader may draw fields anew (§12.7.3).
    """
    old = reader.get_historical_resolver(signed_revision)
    before, after = old.root, reader.root
    old_form, new_form = get(before, "/AcroForm", {}), get(after, "/AcroForm", {})
    return (
        _noted(old.trailer_view) != _noted(reader.trailer_view)
        or _stream(before, "/Metadata") != _stream(after, "/Metadata")
        or _plain(get(before, "/MarkInfo", None)) != _plain(get(after, "/MarkInfo", None))
        or str(get(before, "/Version", "")) > str(get(after, "/Version", ""))
        or any(_added(old_form, new_form, key) for key in ("/NeedAppearances", "/DA", "/Q"))
    )


def _references(reader: Any, signed_revision: int) -> Iterator[Any]:
    """All references that the objects and the trailer of the signed state hold."""
    xrefs, old = reader.xrefs, reader.get_historical_resolver(signed_revision)
    own = {r for n in range(signed_revision + 1) for r in xrefs.explicit_refs_in_revision(n)}
    if len(own) > MAX_OBJECTS:
        raise ValueError("too many objects")
    existing = (ref for ref in own if xrefs.get_historical_ref(ref, signed_revision) is not None)
    pending = [old.trailer_view, *map(old.get_object, existing)]
    while pending:
        obj = pending.pop()
        if isinstance(obj, dict):
            pending.extend(dict.values(obj))
        elif isinstance(obj, list):
            pending.extend(list.__iter__(obj))
        elif (reference := getattr(obj, "reference", None)) is not None:
            yield reference


def _noted(trailer: Any) -> dict[str, str]:
    info = get(trailer, "/Info", {})
    return {str(key): str(info[key]) for key in info if key not in _WRITER_NOTES}


def _stream(root: Any, key: str) -> bytes | None:
    stream = get(root, key, None)
    return None if stream is None else bytes(stream.data)


def _plain(value: Any) -> Any:
    return {str(key): str(value[key]) for key in value} if isinstance(value, dict) else value


def _added(old: Any, new: Any, key: str) -> bool:
    after = get(new, key, _NOTHING)
    return after is not _NOTHING and str(after) != str(get(old, key, _NOTHING))
