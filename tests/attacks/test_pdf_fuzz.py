"""No bytes make the verifier raise, and no change of a signed file makes it pass for another."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certs.verification import cms
from certs.verification.codes import Reason
from tests.world.papers import page
from tests.world.pki import Pki
from tests.world.verdicts import judge

PKI = Pki()
SIGNED = PKI.sign(page(), PKI.leaf())
GENTLE = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@GENTLE
@given(st.binary(max_size=400))
def test_any_bytes_get_a_report(data: bytes) -> None:
    assert judge(PKI, data)["indication"] != "TOTAL-PASSED"


@GENTLE
@given(st.binary(max_size=300))
def test_anything_after_a_pdf_header_gets_a_report(data: bytes) -> None:
    document = b"%PDF-1.7\n" + data + b"\nstartxref\n9\n%%EOF\n"
    assert judge(PKI, document)["indication"] != "TOTAL-PASSED"


@GENTLE
@given(
    st.integers(0, len(SIGNED) - 1),
    st.binary(min_size=1, max_size=8),
    st.sampled_from(["put", "cut"]),
)
def test_any_change_of_a_signed_file_gets_a_report(at: int, data: bytes, how: str) -> None:
    changed = SIGNED[:at] + data + SIGNED[at + len(data) :]
    if how == "cut":
        changed = SIGNED[:at] + SIGNED[at + len(data) :]
    report = judge(PKI, changed)
    passed = report["indication"] == "TOTAL-PASSED"
    # only what no signature covers may change without harm: unsigned attributes and later evidence
    first = int(SIGNED.split(b"/ByteRange [0 ")[1].split()[0])
    assert not passed or at >= first


@GENTLE
@given(st.binary(max_size=200))
def test_any_container_is_read_or_named(data: bytes) -> None:
    assert isinstance(cms.read(data), cms.Container | Reason)


def test_the_untouched_file_passes() -> None:
    assert judge(PKI, SIGNED)["indication"] == "TOTAL-PASSED"


@pytest.mark.parametrize("depth", [50, 500, 5000])
def test_deep_nesting_gets_a_report(depth: int) -> None:
    nested = b"%PDF-1.7\n1 0 obj " + b"[" * depth + b"]" * depth + b" endobj\n"
    tail = b"trailer << /Root 1 0 R /Size 2 >>\nstartxref\n0\n%%EOF"
    assert judge(PKI, nested + tail)["indication"] == "TOTAL-FAILED"
