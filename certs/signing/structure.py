"""Decides whether every reader finds the same objects in a PDF's bytes (ISO 32000-2 §7.5).

A reader that meets a cross-reference it does not like searches the file for `N G obj` and takes
the last of each number; another forgives and follows the table. So two readers may show two
documents, and a citizen would sign the one that was not shown. What is signed must leave nothing
to search for: each entry points at its object exactly, no object lies anywhere else, and the one
that counts is the last of its number.

The reader is pyHanko's, passed in by `pdf.py`; what it throws is the caller's.
"""

import re
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

_EOL: Final = rb"[ \t]{0,4}(?:\r\n|\r|\n)"
_HEADER: Final = re.compile(rb"([0-9]{1,10})[ \r\n]([0-9]{1,5})(?: |\r\n|\r|\n)obj(?![A-Za-z0-9])")
_START: Final = re.compile(rb"startxref" + _EOL + rb"([0-9]{1,10})" + _EOL + rb"%%EOF")
_TABLE: Final = re.compile(rb"xref" + _EOL)
_SECTION: Final = re.compile(rb"([0-9]{1,10}) ([0-9]{1,7})" + _EOL)
_ENTRIES: Final = re.compile(rb"(?:[0-9]{10} [0-9]{5} [nf](?: \r| \n|\r\n))*")
_TRAILER: Final = re.compile(rb"trailer[ \t\r\n]*<<")
_OPENING: Final = re.compile(rb"[0-9+_.%-][ \t\r\n\f\0]*obj(?![A-Za-z0-9])")
_ENTRY_SIZE: Final = 20

_Place: TypeAlias = tuple[int, int]  # an offset; 0, or the place within an object stream


def is_plain(reader: Any, document: bytes, object_streams: Iterable[int]) -> bool:
    """Decide whether the cross-references are whole and name all objects that a search finds.

    `object_streams` are the numbers of all object streams in the file, used or not.
    """
    return _Structure(reader, document, object_streams).is_plain()


def _number(ref: Any) -> tuple[int, int]:
    return int(ref.idnum), int(ref.generation)


class _Structure:
    """The places of all objects, as the cross-references of each revision name them."""

    def __init__(self, reader: Any, document: bytes, object_streams: Iterable[int]) -> None:
        self._reader = reader
        self._document = document
        self._headers: set[int] = set()  # where the headers end that are accounted for
        self._places: dict[int, list[_Place]] = {}
        # the objects that each stream is asked for
        self._in_streams: dict[int, set[int]] = {number: set() for number in object_streams}
        self._references: dict[int, Any] = {}

    def is_plain(self) -> bool:
        revisions = range(self._reader.xrefs.total_revisions)
        starts = [self._reader.xrefs.get_startxref_for_revision(r) for r in revisions]
        for revision in revisions:
            refs = self._reader.xrefs.explicit_refs_in_revision(revision)
            self._references |= {int(ref.idnum): ref for ref in refs}
        return (
            all(map(self._is_section, starts))
            and self._ends_plainly(starts)
            and all(map(self._is_placed, revisions))
            and all(map(self._is_listed, self._in_streams))
            and all(map(self._is_last, self._places))
            and all(m.end() in self._headers for m in _OPENING.finditer(self._document))
        )

    def _is_section(self, start: int) -> bool:
        """A table of whole entries with its trailer (§7.5.4), or a stream object (§7.5.8)."""
        if self._opens(start) is not None:
            return True
        table = _TABLE.match(self._document, start)
        if table is None:
            return False
        position = table.end()
        while section := _SECTION.match(self._document, position):
            position = section.end() + int(section[2]) * _ENTRY_SIZE
            if not _ENTRIES.fullmatch(self._document, section.end(), position):
                return False
        return _TRAILER.match(self._document, position) is not None

    def _ends_plainly(self, starts: list[int]) -> bool:
        """Each `startxref` names a section of the file; a linearised one may say 0 (annex F)."""
        found = list(_START.finditer(self._document))
        named = {int(match[1]) for match in found}
        return (
            len(found) == self._document.count(b"startxref") > 0
            and int(found[-1][1]) == starts[-1]
            and named <= {*starts, 0}
        )

    def _is_placed(self, revision: int) -> bool:
        """Each object of a revision stands where the cross-references say, under its number."""
        xrefs = self._reader.xrefs
        for ref in xrefs.explicit_refs_in_revision(revision):
            place = xrefs.get_historical_ref(ref, revision)
            if isinstance(place, int):
                if self._opens(place) != _number(ref):
                    return False
                self._places.setdefault(ref.idnum, []).append((place, 0))
            elif place is not None:
                stream, index = int(place.obj_stream_id), int(place.ix_in_stream)
                self._in_streams.setdefault(stream, set()).add(ref.idnum)
                container = self._offset_of(stream)
                self._places.setdefault(ref.idnum, []).append((container, index + 1))
        return True

    def _is_listed(self, stream: int) -> bool:
        """An object stream holds no object that the cross-references do not look for in it."""
        holder = self._reader.get_object(self._references[stream])
        head = bytes(holder.data[: int(holder["/First"])]).split()
        numbers = [int(word) for word in head[: 2 * int(holder["/N"]) : 2]]
        held = set(numbers)
        return len(held) == len(numbers) and held <= self._in_streams[stream]

    def _is_last(self, number: int) -> bool:
        """The object that counts is the one that a search from the front meets last."""
        places = self._places[number]
        return places[-1] == max(places)

    def _offset_of(self, stream: int) -> int:
        place = self._reader.xrefs[self._references[stream]]
        if not isinstance(place, int):
            raise TypeError("an object stream inside another")
        return place

    def _opens(self, position: int) -> tuple[int, int] | None:
        header = _HEADER.match(self._document, position)
        if header is None:
            return None
        self._headers.add(header.end())
        return int(header[1]), int(header[2])
