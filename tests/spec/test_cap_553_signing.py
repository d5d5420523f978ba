"""Electronic Transactions Ordinance (Cap. 553): what its sections ask of a signed document."""

import pytest

from certs.base import oids
from certs.trustlist import Period
from certs.verification import Matter, Policy
from tests.world.papers import flipped, page
from tests.world.pki import DAY, Pki, usage
from tests.world.verdicts import PASSED, failed, judge, result, unclear


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


@pytest.fixture(scope="module")
def signed(pki: Pki) -> bytes:
    return pki.sign(page(), pki.leaf())


def verdict(pki: Pki, document: bytes, **policy: object) -> str:
    listed = policy.pop("trust_list", None) or pki.trust_list()
    return judge(pki, document, policy=Policy(trust_list=listed, **policy))["eto"]["verdict"]


def test_s2_digital_signature_is_over_the_exact_bytes(pki: Pki, signed: bytes) -> None:
    """s. 2: one flipped bit, and the record is not the one that was signed."""
    changed = flipped(signed, signed.index(b"stream") + 12)
    assert result(judge(pki, changed)) == failed("HASH_FAILURE")
    assert verdict(pki, changed) == "ETO_SIGNATURE_NOT_VALID"


def test_s3_schedule_1_matters_cannot_be_signed_like_this(pki: Pki, signed: bytes) -> None:
    """s. 3 and Schedule 1, item 3: a power of attorney stays on paper."""
    matter = Matter(name="power_of_attorney", schedule_1_item=3)
    assert verdict(pki, signed, matter=matter) == "ETO_EXCLUDED_SCH1"
    assert verdict(pki, signed, matter=Matter(name="licence")) == "ETO_MET_6_1A"


def test_s6_1a_c_the_class_must_be_recognised(pki: Pki, signed: bytes) -> None:
    """s. 6(1A)(c): the same chain, its class removed from the list."""
    removed = pki.trust_list(policy=oids.POLICY_SEAL)
    assert verdict(pki, signed, trust_list=removed) == "ETO_NOT_RECOGNISED"
    assert result(judge(pki, signed, policy=Policy(trust_list=removed))) == PASSED


def test_s6_2_a_suspension_counts_at_the_time_of_signing(pki: Pki) -> None:
    """s. 6(2)(a): suspended between day 1 and day 3; day 0 stays met, day 2 is not."""
    listed = pki.trust_list(suspended=(Period(start=pki.now + DAY, end=pki.now + 3 * DAY),))
    for day, wanted in ((0, "ETO_MET_6_1A"), (2, "ETO_RECOGNITION_SUSPENDED")):
        me = pki.leaf()
        document = pki.sign(page(), me, at=pki.now + day * DAY)
        policy = Policy(trust_list=listed)
        report = judge(pki, document, policy=policy, now=pki.now + 5 * DAY)
        assert report["eto"]["verdict"] == wanted


def test_s6_2_b_one_second_after_the_period_of_recognition(pki: Pki, signed: bytes) -> None:
    """s. 6(2)(b): the end is exclusive, to the second."""
    from datetime import timedelta

    ended = pki.trust_list(end=pki.now)
    assert verdict(pki, signed, trust_list=ended) == "ETO_RECOGNITION_OUT_OF_PERIOD"
    just = pki.trust_list(end=pki.now + timedelta(seconds=1))
    assert verdict(pki, signed, trust_list=just) == "ETO_MET_6_1A"


def test_s6_2_c_validity_is_asked_of_the_time_of_signing(pki: Pki) -> None:
    """s. 6(2)(c): expired now, valid then and stamped: met. Without a stamp: unproven."""
    me = pki.leaf(days=(-100, 10))
    later = pki.now + 60 * DAY
    stamped = judge(pki, pki.sign(page(), me), now=later)
    assert stamped["eto"]["verdict"] == "ETO_MET_6_1A"
    bare = pki.sign(page(), me, evidence=pki.evidence(me, timestamp=False))
    report = judge(pki, bare, now=later)
    assert result(report) == unclear("OUT_OF_BOUNDS_NO_POE")
    assert "ETO_TIME_UNPROVEN" in report["eto"]["reasons"]


def test_s6_1a_e_within_the_terms_of_the_certificate(pki: Pki) -> None:
    """s. 6(1A)(e): an encipherment certificate signs nothing."""
    document = pki.sign(page(), pki.leaf(key_usage=usage(key_encipherment=True)))
    assert verdict(pki, document) == "ETO_TERMS_BREACH"


def test_s42_the_reliance_limit_warns_and_leaves_the_verdict(pki: Pki, signed: bytes) -> None:
    """s. 42: value 300,000 on a certificate of 200,000."""
    policy = Policy(trust_list=pki.trust_list(), stated_value=300_000)
    report = judge(pki, signed, policy=policy)
    assert report["eto"]["verdict"] == "ETO_MET_6_1A"
    assert "ETO_RELIANCE_EXCEEDED" in report["eto"]["reasons"]


def test_every_answer_says_that_it_is_a_demonstration(pki: Pki, signed: bytes) -> None:
    """ss. 47-48: no false claim of recognition."""
    for document in (signed, page(), b""):
        assert judge(pki, document)["eto"]["demo"] is True
