from datetime import timedelta

import pytest

from certs.verification import CheckId, Policy
from certs.verification.verdict import STEPS
from tests.world.papers import flipped, page
from tests.world.pki import DAY, Pki
from tests.world.verdicts import PASSED, failed, judge, reasons, result, unclear


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def test_a_signature_with_everything_in_order_passes(pki: Pki) -> None:
    report = judge(pki, pki.sign(page(), pki.leaf()))
    assert result(report) == PASSED
    (signature,) = report["signatures"]
    assert [check["id"] for check in signature["checks"]] == list(CheckId)
    assert {check["status"] for check in signature["checks"]} == {"passed"}
    assert signature["time"] | {"authority": None} == {
        "value": "2026-06-15T04:00:00Z",
        "source": "timestamp",
        "authority": None,
        "claimed": "D:20260615040000Z",
    }
    assert signature["process"] == "with_time"
    assert signature["integrity"] == "ltv_only"
    assert signature["certificate"]["class"] == "citizen"


def test_steps_are_listed_once_each_and_stand_on_earlier_ones() -> None:
    order = [step.check_id for step in STEPS]
    assert order == list(CheckId)
    for step in STEPS:
        assert all(order.index(need) < order.index(step.check_id) for need in step.needs)


def test_every_flipped_byte_of_the_signed_part_fails(pki: Pki) -> None:
    document = pki.sign(page(), pki.leaf())
    for position in range(20, 1000, 97):
        report = judge(pki, flipped(document, position))
        assert report["indication"] == "TOTAL-FAILED", position


def test_a_flipped_byte_of_the_text_is_a_hash_failure(pki: Pki) -> None:
    document = pki.sign(page(), pki.leaf())
    report = judge(pki, flipped(document, document.index(b"stream") + 12))
    assert result(report) == failed("HASH_FAILURE")
    assert reasons(report) == ["DIGEST_MISMATCH"]
    assert report["eto"]["verdict"] == "ETO_SIGNATURE_NOT_VALID"


def test_revoked_before_signing_fails_as_revoked(pki: Pki) -> None:
    me = pki.leaf()
    other = Pki(revoked={me.certificate.serial_number: (pki.now - DAY, None)})
    share_keys(pki, other)
    report = judge(pki, other.sign(page(), me))
    assert result(report) == failed("REVOKED")
    assert reasons(report) == ["CERTIFICATE_REVOKED"]


def test_revoked_after_the_proven_time_passes_and_is_told(pki: Pki) -> None:
    me = pki.leaf()
    document = pki.sign(page(), me)
    later = Pki(revoked={me.certificate.serial_number: (pki.now + DAY, None)})
    share_keys(pki, later)
    report = judge(pki, document, now=pki.now + 3 * DAY, crls=(later.crl(at=pki.now + 2 * DAY),))
    assert result(report) == PASSED
    assert reasons(report, "passed").count("REVOKED_LATER") == 1


def test_revoked_without_proof_of_time_is_indeterminate(pki: Pki) -> None:
    me = pki.leaf()
    document = pki.sign(page(), me, evidence=pki.evidence(me, timestamp=False))
    later = Pki(revoked={me.certificate.serial_number: (pki.now + timedelta(hours=1), None)})
    share_keys(pki, later)
    crls = (later.crl(at=pki.now + timedelta(hours=2)), pki.crl(issuer=pki.root))
    report = judge(pki, document, now=pki.now + timedelta(hours=3), crls=crls)
    assert result(report) == unclear("REVOKED_NO_POE")


def test_a_good_answer_from_before_the_signature_is_not_enough(pki: Pki) -> None:
    """Whoever stole a key brings the last good answer along; the authority's list knows better."""
    me = pki.leaf()
    signed_at = pki.now + timedelta(hours=2)
    old = pki.evidence(me, at=signed_at, status_at=pki.now)
    document = pki.sign(page(), me, evidence=old)
    later = Pki(revoked={me.certificate.serial_number: (pki.now + timedelta(hours=1), None)})
    share_keys(pki, later)
    crls = (later.crl(at=signed_at + timedelta(hours=1)),)
    report = judge(pki, document)
    assert result(report) == unclear("TRY_LATER")
    assert reasons(report) == ["STATUS_STALE"]
    assert result(judge(pki, document, crls=crls)) == failed("REVOKED")


def test_another_authority_leads_to_no_anchor(pki: Pki) -> None:
    stranger = Pki()
    report = judge(pki, stranger.sign(page(), stranger.leaf()))
    assert result(report) == unclear("NO_CERTIFICATE_CHAIN_FOUND")
    assert "NO_ISSUER_FOUND" in reasons(report)
    assert "TIMESTAMP_PATH" in reasons(report, "warning")


def test_expired_since_but_stamped_in_time_passes(pki: Pki) -> None:
    me = pki.leaf(days=(-100, 10))
    report = judge(pki, pki.sign(page(), me), now=pki.now + 60 * DAY)
    assert result(report) == PASSED


def test_expired_without_stamp_is_indeterminate(pki: Pki) -> None:
    me = pki.leaf(days=(-100, 10))
    document = pki.sign(page(), me, evidence=pki.evidence(me, timestamp=False))
    report = judge(pki, document, now=pki.now + 60 * DAY)
    assert result(report) == unclear("OUT_OF_BOUNDS_NO_POE")
    assert reasons(report) == ["CERTIFICATE_EXPIRED"]
    assert report["signatures"][0]["time"]["source"] == "verification"


def test_stamped_after_the_end_is_expired(pki: Pki) -> None:
    me = pki.leaf(days=(-100, -1))
    assert result(judge(pki, pki.sign(page(), me))) == failed("EXPIRED")


def test_stamped_before_the_beginning_is_not_yet_valid(pki: Pki) -> None:
    me = pki.leaf(days=(5, 100))
    report = judge(pki, pki.sign(page(), me), now=pki.now + 6 * DAY)
    assert result(report) == failed("NOT_YET_VALID")
    assert report["eto"]["verdict"] == "ETO_CERT_OUT_OF_PERIOD"


def test_without_status_evidence_try_later(pki: Pki) -> None:
    me = pki.leaf()
    report = judge(pki, pki.sign(page(), me, evidence=pki.evidence(me, status=False)))
    assert result(report) == unclear("TRY_LATER")
    assert "NO_STATUS" in reasons(report)


def test_stale_status_does_not_speak_about_the_moment(pki: Pki) -> None:
    me = pki.leaf()
    old = pki.evidence(me, status_at=pki.now - 30 * DAY)
    report = judge(pki, pki.sign(page(), me, evidence=old))
    assert result(report) == unclear("TRY_LATER")


def test_an_outdated_trust_list_judges_nothing_new(pki: Pki) -> None:
    document = pki.sign(page(), pki.leaf())
    report = judge(pki, document, now=pki.now + 6000 * DAY)
    assert result(report) == unclear("TRY_LATER")
    assert reasons(report) == ["TRUST_LIST_NOT_CURRENT"]


def test_two_signatures_both_pass_and_the_first_tells_of_the_second(pki: Pki) -> None:
    once = pki.sign(page(), pki.leaf(), reason="Application")
    twice = pki.sign(once, pki.leaf(common_name="WONG"), certify=True)
    report = judge(pki, twice)
    assert result(report) == PASSED
    assert [s["integrity"] for s in report["signatures"]] == ["signatures_added", "ltv_only"]
    assert [s["field"] for s in report["signatures"]] == ["Signature", "Signature2"]
    assert report["document"]["integrity"] == "signatures_added"
    assert report["signatures"][1]["certified"] is None  # an approval: it was not the first


def test_overall_is_the_worst_of_all_signatures(pki: Pki) -> None:
    stranger = Pki()
    once = pki.sign(page(), pki.leaf())
    twice = stranger.sign(once, stranger.leaf())
    report = judge(pki, twice)
    assert [s["indication"] for s in report["signatures"]] == ["TOTAL-PASSED", "INDETERMINATE"]
    assert result(report) == unclear("NO_CERTIFICATE_CHAIN_FOUND")


@pytest.mark.parametrize(
    ("document", "expected", "problem"),
    [
        (b"", failed("FORMAT_FAILURE"), "NOT_A_PDF"),
        (b"%PDF-1.7\nnothing", failed("FORMAT_FAILURE"), "NOT_A_PDF"),
        (page(), unclear("GENERIC"), "NO_SIGNATURE"),
    ],
)
def test_a_document_without_signature(
    pki: Pki, document: bytes, expected: tuple[str, str], problem: str
) -> None:
    report = judge(pki, document)
    assert result(report) == expected
    assert report["document"]["problem"] == problem


def test_the_same_facts_give_the_same_report(pki: Pki) -> None:
    from certs.verification import verify

    document = pki.sign(page(), pki.leaf())
    policy = Policy(trust_list=pki.trust_list())
    first = verify(document, policy=policy, now=pki.now + DAY).to_bytes()
    assert first == verify(document, policy=policy, now=pki.now + DAY).to_bytes()


def share_keys(source: Pki, target: Pki) -> None:
    """Make `target` the same authority as `source` with another opinion on revocation."""
    for name in ("root", "issuing", "tsa", "responder"):
        target.__dict__[name] = getattr(source, name)
