"""ByteRange forgeries (USF, SWA; pki.md §1.4): every one is refused before any hash is computed."""

import pytest

from tests.world import papers
from tests.world.papers import page
from tests.world.pki import Pki
from tests.world.verdicts import failed, judge, reasons, result


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


@pytest.fixture(scope="module")
def signed(pki: Pki) -> bytes:
    return pki.sign(page(), pki.leaf())


@pytest.mark.parametrize(
    "forged",
    [
        "[]",
        "[0 0 0 0]",
        "[0 10]",
        "[0 10 20 30 40 50]",
        "[1 10 20 30]",
        "[0 -1 20 30]",
        "[0 10 5 30]",
        "[0 10 10 30]",
        "[0 10 20 99999999]",
        "[0 10 20 30]",
        "null",
        "-1",
        "[/A /B /C /D]",
        "[0.5 1 2 3]",
        "[true 1 2 3]",
    ],
)
def test_forged_byte_ranges_fail(signed: bytes, pki: Pki, forged: str) -> None:
    report = judge(pki, papers.with_byte_range(signed, forged))
    assert result(report) == failed("FORMAT_FAILURE")


def test_a_wider_gap_hides_bytes_and_fails(signed: bytes, pki: Pki) -> None:
    """Signature wrapping: the gap is widened to hold something that nothing covers."""
    found = papers.RANGE.search(signed)
    assert found is not None
    start, first, second, last = map(int, found[0].split(b"[")[1].split(b"]")[0].split())
    wider = f"[{start} {first} {second + 10} {last - 10}]"
    report = judge(pki, papers.with_byte_range(signed, wider))
    assert result(report) == failed("FORMAT_FAILURE")
    assert reasons(report) == ["BYTE_RANGE_GAP"]


def test_a_range_that_ends_inside_a_revision_fails(signed: bytes, pki: Pki) -> None:
    found = papers.RANGE.search(signed)
    assert found is not None
    start, first, second, last = map(int, found[0].split(b"[")[1].split(b"]")[0].split())
    shorter = f"[{start} {first} {second} {last - 20}]"
    report = judge(pki, papers.with_byte_range(signed, shorter))
    assert reasons(report) == ["BYTE_RANGE_NOT_A_REVISION"]


def test_zeroed_contents_fail(signed: bytes, pki: Pki) -> None:
    report = judge(pki, papers.with_container(signed, lambda _: b""))
    assert report["indication"] == "TOTAL-FAILED"
