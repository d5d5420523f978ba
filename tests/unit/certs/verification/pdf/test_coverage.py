import hashlib

import pytest

from certs.verification.codes import Reason
from certs.verification.pdf.coverage import byte_range_problem, signed_digest, trailing_bytes

HEAD = b"%PDF-1.7 /Contents "
TAIL = b" more\n%%EOF\n"
CONTENTS = bytes.fromhex("3003020101000000")
DOCUMENT = HEAD + b"<" + CONTENTS.hex().encode() + b">" + TAIL
SECOND = len(DOCUMENT) - len(TAIL)
GOOD = (0, len(HEAD), SECOND, len(TAIL))


def test_a_whole_revision_with_its_own_contents_in_the_gap() -> None:
    assert byte_range_problem(DOCUMENT, GOOD, CONTENTS) is None


def test_the_digest_is_over_all_but_the_gap() -> None:
    expected = hashlib.sha256(HEAD + TAIL).digest()
    assert signed_digest(DOCUMENT, GOOD, "sha256") == expected


def test_the_gap_must_hold_what_the_reader_understood() -> None:
    """Two strings in one file: the reader shows one, the gap hides the other."""
    other = bytes.fromhex("3003020102000000")
    assert byte_range_problem(DOCUMENT, GOOD, other) is Reason.BYTE_RANGE_GAP


@pytest.mark.parametrize(
    ("byte_range", "reason"),
    [
        ((), Reason.BYTE_RANGE_MALFORMED),
        (GOOD[:3], Reason.BYTE_RANGE_MALFORMED),
        ((*GOOD, 1), Reason.BYTE_RANGE_MALFORMED),
        ((1, GOOD[1], GOOD[2], GOOD[3]), Reason.BYTE_RANGE_MALFORMED),
        ((0, 0, GOOD[2], GOOD[3]), Reason.BYTE_RANGE_MALFORMED),
        ((0, GOOD[1], GOOD[1], GOOD[3]), Reason.BYTE_RANGE_MALFORMED),
        ((0, GOOD[1], GOOD[2], 0), Reason.BYTE_RANGE_MALFORMED),
        ((0, -1, GOOD[2], GOOD[3]), Reason.BYTE_RANGE_MALFORMED),
        ((0, GOOD[1], GOOD[2], GOOD[3] + 1), Reason.BYTE_RANGE_OUTSIDE_FILE),
        ((0, GOOD[1] - 1, GOOD[2], GOOD[3]), Reason.BYTE_RANGE_GAP),
        ((0, GOOD[1] + 1, GOOD[2], GOOD[3]), Reason.BYTE_RANGE_GAP),
        ((0, GOOD[1], GOOD[2] + 1, GOOD[3] - 1), Reason.BYTE_RANGE_GAP),
        ((0, GOOD[1], GOOD[2], GOOD[3] - 3), Reason.BYTE_RANGE_NOT_A_REVISION),
    ],
)
def test_every_other_range_is_named(byte_range: tuple[int, ...], reason: Reason) -> None:
    assert byte_range_problem(DOCUMENT, byte_range, CONTENTS) is reason


@pytest.mark.parametrize("gap", [b"<3003 0201>", b"<30030>", b"(abc)", b"<zz>", b"<30><30>"])
def test_a_gap_is_one_plain_hexadecimal_string(gap: bytes) -> None:
    document = HEAD + gap + TAIL
    byte_range = (0, len(HEAD), len(HEAD) + len(gap), len(TAIL))
    assert byte_range_problem(document, byte_range, b"\x30\x03") is Reason.BYTE_RANGE_GAP


def test_bytes_after_the_last_end_marker() -> None:
    assert not trailing_bytes(DOCUMENT)
    assert not trailing_bytes(DOCUMENT + b"\r\n  ")
    assert trailing_bytes(DOCUMENT + b"x")
    assert trailing_bytes(b"no marker at all")
