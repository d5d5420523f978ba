"""Decides whether a revision puts a signature on a document and does nothing else.

A signature is good for the bytes it covers; whether these are the document that was asked for is
another question, and a provider could answer it falsely: the document, a revision that replaces a
page (ISO 32000-2 §7.5.6), and a good signature over both. So every object of the signed revision
must have its one reason: catalogue, form, field, signature, page entry, /Info, or the revision's
own cross-references. The reader is passed in by `pdf.py`; what it throws is a no there.
"""

import io
from typing import Any, Final, TypeAlias

from certs.verification.pdf import form
from certs.verification.pdf.form import get, items

_Number: TypeAlias = tuple[int, int]
_CATALOGUE: Final = frozenset({"/AcroForm", "/Extensions", "/Version"})
_FORM: Final = frozenset({"/Fields", "/SigFlags"})
_SIGNATURE: Final = frozenset(
    {
        # ISO 32000-2 table 255, without /Reference: a certification belongs to a seal
        *("/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange", "/M"),
        *("/Name", "/Location", "/Reason", "/ContactInfo", "/Prop_Build"),
    }
)


def is_signature_alone(reader: Any, base: int) -> bool:
    """Judge the revision after `base`, the last one of the document that was asked for."""
    return _Addition(reader, base).is_signature_alone()


class _Addition:
    """Two states of a document; `reasons` collects the objects that may be in the later one."""

    def __init__(self, reader: Any, base: int) -> None:
        self._reader = reader
        self._revision = base + 1
        self._old = reader.get_historical_resolver(base)
        self._new = reader.get_historical_resolver(base + 1)
        self._first_free = int(self._old.trailer_view["/Size"])
        self._reasons: set[_Number] = set()
        self._widget: Any = None

    def is_signature_alone(self) -> bool:
        xrefs = self._reader.xrefs
        freed = set(xrefs.get_xref_data(self._revision).freed) - {0}
        if freed or not self._catalogue() or not self._field() or not self._page():
            return False
        own = self._new.object_streams_used()
        own.add(xrefs.get_xref_container_info(self._revision).stream_ref)
        changed = {_number(ref) for ref in xrefs.explicit_refs_in_revision(self._revision)}
        return self._info() and changed <= self._reasons | {
            _number(ref) for ref in own if ref is not None and self._is_new(ref)
        }

    def _catalogue(self) -> bool:
        """The catalogue but for the form, and the form but for its fields, are as they were."""
        if _number(self._old.root_ref) != _number(self._new.root_ref):
            return False
        self._reasons.add(_number(self._new.root_ref))
        old, new = self._old.root, self._new.root
        before, after = get(old, "/AcroForm", {}), get(new, "/AcroForm", {})
        return (
            _same_but(old, new, _CATALOGUE)
            and self._replaced(old, new, "/AcroForm")
            and _same_but(before, after, _FORM)
            and self._replaced(before, after, "/Fields")
        )

    def _field(self) -> bool:
        """One field more, at the end of the list: signed, invisible, without an action."""
        before = _raw_items(get(get(self._old.root, "/AcroForm", {}), "/Fields", ()))
        after = _raw_items(self._new.root["/AcroForm"]["/Fields"])
        (field,) = form.added(self._old.root, self._new.root)
        if not _is_one_more(before, after) or not self._is_new(after[-1]):
            return False
        value = dict.get(field.dictionary, "/V")
        if value is None or not self._is_new(value):
            return False
        if not set(dict.keys(value.get_object())) <= _SIGNATURE:
            return False
        self._reasons |= {_number(after[-1]), _number(value)}
        self._widget = after[-1]
        plain = field.is_plain and not field.is_visible
        return plain and not {"/Kids", "/Parent", "/AP"} & set(field.dictionary)

    def _page(self) -> bool:
        """At most one page has one entry more in /Annots, the field; the rest is as it was."""
        changed = self._reader.xrefs.explicit_refs_in_revision(self._revision)
        pages = [ref for ref in changed if not self._is_new(ref) and self._is_page(ref)]
        if not pages:
            # the list itself may be an object of its own
            holder = dict.get(self._widget.get_object(), "/P")
            pages = [] if holder is None else [holder.reference]
        for ref in pages:
            old, new = self._old.get_object(ref), self._new.get_object(ref)
            before, after = (_raw_items(get(page, "/Annots", ())) for page in (old, new))
            grown = _is_one_more(before, after) and _number(after[-1]) == _number(self._widget)
            if not grown or not _same_but(old, new, frozenset({"/Annots"})):
                return False
            if not self._replaced(old, new, "/Annots"):
                return False
            self._reasons.add(_number(ref))
        return len(pages) <= 1

    def _info(self) -> bool:
        return self._replaced(self._old.trailer_view, self._new.trailer_view, "/Info")

    def _replaced(self, old: Any, new: Any, key: str) -> bool:
        """Allow a value to be written anew at its own place or at a new one, nowhere else."""
        before, after = dict.get(old, key), dict.get(new, key)
        if not _is_reference(after):
            return True
        if not self._is_new(after) and not (
            _is_reference(before) and _number(before) == _number(after)
        ):
            return False
        self._reasons.add(_number(after))
        return True

    def _is_new(self, ref: Any) -> bool:
        return _number(ref)[0] >= self._first_free

    def _is_page(self, ref: Any) -> bool:
        obj = self._old.get_object(ref)
        return isinstance(obj, dict) and get(obj, "/Type", None) == "/Page"


def _same_but(old: Any, new: Any, exempt: frozenset[str]) -> bool:
    """Compare two dictionaries entry by entry as they are written, references not followed."""
    return _written(old, exempt) == _written(new, exempt)


def _written(obj: Any, exempt: frozenset[str]) -> dict[str, bytes]:
    return {str(key): _bytes(value) for key, value in dict.items(obj) if key not in exempt}


def _is_one_more(before: list[Any], after: list[Any]) -> bool:
    return len(after) == len(before) + 1 and all(
        _bytes(old) == _bytes(new) for old, new in zip(before, after[:-1], strict=True)
    )


def _bytes(obj: Any) -> bytes:
    output = io.BytesIO()
    obj.write_to_stream(output, None)
    return output.getvalue()


def _raw_items(array: Any) -> list[Any]:
    return [list.__getitem__(array, index) for index in range(len(items(array)))] if array else []


def _is_reference(obj: Any) -> bool:
    return hasattr(obj, "reference")


def _number(ref: Any) -> _Number:
    return int(ref.idnum), int(ref.generation)
