"""What a signature's ByteRange covers, computed on the raw bytes (ISO 32000-2 §12.8.1).

This is our own reading beside pyHanko's: exactly two ranges, the first from byte 0, the gap
holding nothing but the signature's own hexadecimal string, the end at the end of a revision.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from certs.verification.codes import Reason

_GAP: Final = re.compile(rb"<[0-9A-Fa-f]*>")
_END: Final = re.compile(rb"%%EOF[\r\n \t]*\Z")
_TAIL: Final = 64
_BLANK: Final = b"\r\n \t\0"


def byte_range_problem(
    document: bytes, byte_range: Sequence[int], contents: bytes
) -> Reason | None:
    """Name what is wrong with a ByteRange; None means that it covers one whole revision.

    `contents` is the decoded `/Contents` as the PDF reader understood it: the gap must hold the
    very same bytes, so that no second string can hide in it (signature wrapping, USF).
    """
    if len(byte_range) != 4 or any(value < 0 for value in byte_range):
        return Reason.BYTE_RANGE_MALFORMED
    start, first_length, second, second_length = byte_range
    if start != 0 or first_length == 0 or second_length == 0 or second <= first_length:
        return Reason.BYTE_RANGE_MALFORMED
    end = second + second_length
    if end > len(document):
        return Reason.BYTE_RANGE_OUTSIDE_FILE
    if not _holds_only(document[first_length:second], contents):
        return Reason.BYTE_RANGE_GAP
    whole = _END.search(document[max(0, end - _TAIL) : end])
    return None if whole else Reason.BYTE_RANGE_NOT_A_REVISION


def _holds_only(gap: bytes, contents: bytes) -> bool:
    if not _GAP.fullmatch(gap) or len(gap) % 2:
        return False
    return bytes.fromhex(gap[1:-1].decode("ascii")) == contents


def signed_digest(document: bytes, byte_range: Sequence[int], hash_name: str) -> bytes:
    """Hash the two ranges; the caller has checked them with `byte_range_problem`."""
    _, first_length, second, second_length = byte_range
    view = memoryview(document)
    context = hashlib.new(hash_name)
    context.update(view[:first_length])
    context.update(view[second : second + second_length])
    return context.digest()


def trailing_bytes(document: bytes) -> bool:
    """Decide whether something other than blank space follows the last end-of-file marker."""
    position = document.rfind(b"%%EOF")
    return position < 0 or bool(document[position + 5 :].strip(_BLANK))
