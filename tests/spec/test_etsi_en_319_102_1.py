"""ETSI EN 319 102-1: which indication follows from which evidence (clauses in the names)."""

import pytest

from certs.verification import Indication, SubIndication
from certs.verification.codes import FAILS, indication_of
from tests.world import papers
from tests.world.papers import flipped, page
from tests.world.pki import DAY, Pki
from tests.world.verdicts import PASSED, failed, judge, result, unclear


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def test_5_1_3_three_indications_and_six_that_fail() -> None:
    """§5.1.3, tables 5 and 6: only these six sub-indications mean TOTAL-FAILED."""
    assert {sub.value for sub in FAILS} == {
        "FORMAT_FAILURE",
        "HASH_FAILURE",
        "SIG_CRYPTO_FAILURE",
        "REVOKED",
        "EXPIRED",
        "NOT_YET_VALID",
    }
    assert indication_of(None) is Indication.TOTAL_PASSED
    for sub in SubIndication:
        wanted = Indication.TOTAL_FAILED if sub in FAILS else Indication.INDETERMINATE
        assert indication_of(sub) is wanted


def test_5_2_2_format_checking_unusable_bytes(pki: Pki) -> None:
    """§5.2.2: what does not conform to a signature format is FORMAT_FAILURE."""
    signed = pki.sign(page(), pki.leaf())
    report = judge(pki, papers.with_container(signed, lambda c: c[:40]))
    assert result(report) == failed("FORMAT_FAILURE")


def test_5_2_3_the_signing_certificate_must_be_found(pki: Pki) -> None:
    """§5.2.3: the attribute's digest decides which certificate it is."""
    stranger = Pki()
    me = pki.leaf()
    report = judge(stranger, pki.sign(page(), me))
    assert report["signatures"][0]["certificate"]["serial"] == format(
        me.certificate.serial_number, "x"
    )


def test_5_2_6_no_path_to_an_anchor(pki: Pki) -> None:
    """§5.2.6: NO_CERTIFICATE_CHAIN_FOUND."""
    stranger = Pki(root_name="Other Root", issuing_name="Other Issuing")
    assert result(judge(pki, stranger.sign(page(), stranger.leaf()))) == unclear(
        "NO_CERTIFICATE_CHAIN_FOUND"
    )


def test_5_2_7_cryptographic_verification_hash(pki: Pki) -> None:
    """§5.2.7: a digest that does not match is HASH_FAILURE."""
    signed = pki.sign(page(), pki.leaf())
    assert result(judge(pki, flipped(signed, signed.index(b"stream") + 12))) == failed(
        "HASH_FAILURE"
    )


def test_5_3_basic_signatures_are_judged_as_of_now(pki: Pki) -> None:
    """§5.3: without a time stamp the certificate must hold at the time of validation."""
    me = pki.leaf(days=(-10, 10))
    document = pki.sign(page(), me, evidence=pki.evidence(me, timestamp=False))
    today = judge(pki, document, now=pki.now)
    assert result(today) == PASSED
    assert today["signatures"][0]["process"] == "basic"
    assert result(judge(pki, document, now=pki.now + 20 * DAY))[0] == "INDETERMINATE"


def test_5_5_signatures_with_time_are_judged_as_of_the_stamp(pki: Pki) -> None:
    """§5.5: the best-signature-time is the earliest that a stamp proves."""
    me = pki.leaf(days=(-10, 10))
    report = judge(pki, pki.sign(page(), me), now=pki.now + 200 * DAY)
    assert result(report) == PASSED
    assert report["signatures"][0]["process"] == "with_time"
    assert report["signatures"][0]["time"]["value"] == "2026-06-15T04:00:00Z"


def test_5_5_4_a_stamp_before_the_certificate_is_not_yet_valid(pki: Pki) -> None:
    """§5.5.4: best-signature-time before the issuance gives NOT_YET_VALID."""
    me = pki.leaf(days=(2, 10))
    assert result(judge(pki, pki.sign(page(), me), now=pki.now + 3 * DAY)) == failed(
        "NOT_YET_VALID"
    )


def test_on_hold_is_try_later(pki: Pki) -> None:
    """§5.2.5 and table 6: a certificate on hold gives TRY_LATER, not REVOKED."""
    from cryptography import x509

    me = pki.leaf()
    hold = x509.ReasonFlags.certificate_hold
    other = Pki(revoked={me.certificate.serial_number: (pki.now - DAY, hold)})
    for part in ("root", "issuing", "tsa", "responder"):
        other.__dict__[part] = getattr(pki, part)
    assert result(judge(pki, other.sign(page(), me))) == unclear("TRY_LATER")
