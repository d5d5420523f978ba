"""Reads what follows a signed revision a second time, on the raw bytes (ISO 32000-2 §7.5.6).

The PDF library forgives: an unreadable cross-reference entry, `20_228` for a number, a key that
stands twice. Where a viewer does not forgive it searches the file for objects itself, and finds
ones that the library never saw. So what is appended must be plain: every object is in the
cross-reference table at its very place, and nothing that looks like one lies anywhere else.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_WHITE: Final = frozenset(b" \t\r\n\f\0")
_DIGITS: Final = frozenset(b"0123456789")
_EOL: Final = rb"[ \t]{0,4}(?:\r\n|\r|\n)"
_HEADER: Final = re.compile(rb"([0-9]{1,10})[ \r\n]([0-9]{1,5})[ \r\n]obj")
_END: Final = re.compile(rb"startxref" + _EOL + rb"([0-9]{1,10})" + _EOL + rb"%%EOF")
_SECTION: Final = re.compile(rb"([0-9]{1,10}) ([0-9]{1,7})" + _EOL)
_ENTRIES: Final = re.compile(rb"(?:[0-9]{10} [0-9]{5} [nf](?: \r| \n|\r\n))*")
_TABLE: Final = re.compile(rb"xref" + _EOL)
_TRAILER_KEYS: Final = (b"/Root", b"/Prev", b"/Size", b"/Info", b"/ID", b"/Encrypt")
_ENTRY_SIZE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A revision as the library read it: where its cross-references lie, and its objects.

    `objects` are (number, generation, offset) of those that are not in an object stream.
    """

    cross_references: int
    objects: frozenset[tuple[int, int, int]]


def is_plain(document: bytes, start: int, revisions: Sequence[Revision]) -> bool:
    """Decide whether the bytes from `start` on are exactly these revisions, in this order."""
    tables = sum(document.startswith(b"xref", revision.cross_references) for revision in revisions)
    endings = list(_END.finditer(document, start))
    words = ((b"startxref", len(endings)), (b"%%EOF", len(endings)), (b"trailer", tables))
    if len(endings) != len(revisions):
        return False
    if any(document.count(word, start) != times for word, times in words):
        return False
    known: set[int] = set()
    begin = start
    for ending, revision in zip(endings, revisions, strict=True):
        if not _is_whole(document, begin, ending, revision, known):
            return False
        begin = ending.end()
    return all(position in known for position in _openings(document, start))


def _is_whole(
    document: bytes, begin: int, ending: re.Match[bytes], revision: Revision, known: set[int]
) -> bool:
    """One revision between `begin` and its ending: its objects, where they lie, and no others."""
    return (
        int(ending[1]) == revision.cross_references
        and begin <= revision.cross_references < ending.start()
        and _cross_references(document, revision, ending.start(), known)
        and all(_is_at(document, entry, begin, known) for entry in revision.objects)
    )


def _cross_references(document: bytes, revision: Revision, end: int, known: set[int]) -> bool:
    """A table of whole entries (§7.5.4), or an object that is a stream (§7.5.8); then a trailer."""
    position = revision.cross_references
    header = _HEADER.match(document, position, end)
    if header is not None:
        known.add(header.end())
        trailer = document[header.end() : document.find(b"stream", header.end(), end)]
    else:
        table = _TABLE.match(document, position, end)
        position = _after_table(document, table.end(), end) if table else -1
        trailer = document[position:end]
        if not table or not trailer.startswith(b"trailer"):
            return False
    # one of each, none by another spelling: readers differ in which one of two they take
    once = all(len(re.findall(key + rb"(?![A-Za-z])", trailer)) <= 1 for key in _TRAILER_KEYS)
    return once and not any(word in trailer for word in (b"#", b"%", b"/XRefStm"))


def _after_table(document: bytes, position: int, end: int) -> int:
    """The position after all sections of a cross-reference table, -1 where one is not whole."""
    while section := _SECTION.match(document, position, end):
        position = section.end() + int(section[2]) * _ENTRY_SIZE
        if position > end or not _ENTRIES.fullmatch(document, section.end(), position):
            return -1
    return position


def _is_at(document: bytes, entry: tuple[int, int, int], begin: int, known: set[int]) -> bool:
    number, generation, offset = entry
    header = _HEADER.match(document, offset) if offset >= begin else None
    if header is None or (int(header[1]), int(header[2])) != (number, generation):
        return False
    known.add(header.end())
    return True


def _openings(document: bytes, start: int) -> Iterator[int]:
    """The ends of all `obj` keywords that a number, or a comment behind one, could stand before."""
    for match in re.finditer(rb"obj", document[start:]):
        before = start + match.start() - 1
        broken = False
        while before >= start and document[before] in _WHITE:
            broken = broken or document[before] in b"\r\n"
            before -= 1
        if before < start:
            continue
        line = max(document.rfind(b"\n", start, before), document.rfind(b"\r", start, before))
        if document[before] in _DIGITS or (broken and b"%" in document[line + 1 : before + 1]):
            yield start + match.end()
