import pytest

from certs.base import oids
from certs.trustlist import Period
from certs.verification import Matter, Policy, terms
from certs.verification.terms import RelianceLimit
from tests.world.papers import page
from tests.world.pki import DAY, Pki, policies, usage
from tests.world.verdicts import PASSED, judge, result


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


@pytest.fixture(scope="module")
def signed(pki: Pki) -> bytes:
    return pki.sign(page(), pki.leaf())


def eto(pki: Pki, document: bytes, **policy: object) -> tuple[str, list[str]]:
    listed = policy.pop("trust_list", None) or pki.trust_list()
    report = judge(pki, document, policy=Policy(trust_list=listed, **policy))
    assert report["eto"]["demo"] is True
    return report["eto"]["verdict"], report["eto"]["reasons"]


def test_all_in_order_meets_6_1a(pki: Pki, signed: bytes) -> None:
    assert eto(pki, signed) == ("ETO_MET_6_1A", ["ETO_MET_6_1A"])


def test_a_class_that_is_not_listed_is_not_recognised(pki: Pki, signed: bytes) -> None:
    listed = pki.trust_list(policy=oids.POLICY_SEAL)
    assert eto(pki, signed, trust_list=listed) == ("ETO_NOT_RECOGNISED", ["ETO_NOT_RECOGNISED"])


def test_a_policy_that_only_looks_alike_is_not_recognised(pki: Pki) -> None:
    lookalike = pki.sign(page(), pki.leaf(policy=f"{oids.POLICY_CITIZEN}0"))
    assert eto(pki, lookalike)[0] == "ETO_NOT_RECOGNISED"


def test_a_policy_that_the_issuer_may_not_grant_is_not_recognised() -> None:
    pki = Pki()
    narrow = pki.issue(
        pki.issuing.certificate.subject,
        issuer=pki.root,
        key=pki.issuing.key,
        days=(-900, 900),
        extensions=[
            *(
                (extension.value, extension.critical)
                for extension in pki.issuing.certificate.extensions
                if extension.oid.dotted_string != oids.CERTIFICATE_POLICIES
            ),
            (policies(oids.POLICY_SEAL), False),
        ],
    )
    pki.__dict__["issuing"] = narrow
    report = judge(pki, pki.sign(page(), pki.leaf()))
    assert result(report) == PASSED
    assert report["eto"]["verdict"] == "ETO_NOT_RECOGNISED"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"suspended": (Period(start=Pki().now - DAY, end=Pki().now + DAY),)}, "SUSPENDED"),
        ({"revoked_at": Pki().now - DAY}, "REVOKED"),
        ({"end": Pki().now}, "OUT_OF_PERIOD"),
        ({"start": Pki().now + DAY}, "OUT_OF_PERIOD"),
    ],
)
def test_recognition_is_asked_of_the_time_of_signing(
    pki: Pki, signed: bytes, change: dict, code: str
) -> None:
    listed = pki.trust_list(**change)
    assert eto(pki, signed, trust_list=listed)[0] == f"ETO_RECOGNITION_{code}"


def test_recognition_lost_after_signing_does_no_harm(pki: Pki, signed: bytes) -> None:
    listed = pki.trust_list(revoked_at=pki.now + DAY / 2)
    assert eto(pki, signed, trust_list=listed)[0] == "ETO_MET_6_1A"


def test_reliance_exceeded_warns_and_changes_nothing(pki: Pki, signed: bytes) -> None:
    verdict, reasons = eto(pki, signed, stated_value=300_000)
    assert verdict == "ETO_MET_6_1A"
    assert "ETO_RELIANCE_EXCEEDED" in reasons
    assert "ETO_RELIANCE_EXCEEDED" not in eto(pki, signed, stated_value=200_000)[1]


def test_a_minor_is_told_and_relied_on_for_nothing(pki: Pki) -> None:
    listed = pki.trust_list(policy=oids.POLICY_MINOR, class_name="minor")
    document = pki.sign(page(), pki.leaf(policy=oids.POLICY_MINOR, limit=0))
    verdict, reasons = eto(pki, document, trust_list=listed, stated_value=1)
    assert verdict == "ETO_MET_6_1A"
    assert {"ETO_MINOR", "ETO_RELIANCE_EXCEEDED"} <= set(reasons)


def test_no_stated_limit_is_told(pki: Pki) -> None:
    document = pki.sign(page(), pki.leaf(limit=None))
    assert "ETO_RELIANCE_UNSTATED" in eto(pki, document, stated_value=1)[1]


def test_an_excluded_matter_outranks_everything(pki: Pki, signed: bytes) -> None:
    matter = Matter(name="power_of_attorney", schedule_1_item=3)
    assert eto(pki, signed, matter=matter)[0] == "ETO_EXCLUDED_SCH1"
    assert eto(pki, page(), matter=matter)[0] == "ETO_EXCLUDED_SCH1"


def test_an_encipherment_certificate_breaks_its_terms(pki: Pki) -> None:
    document = pki.sign(page(), pki.leaf(key_usage=usage(data_encipherment=True)))
    assert eto(pki, document)[0] == "ETO_TERMS_BREACH"


def test_nothing_signed_is_nothing_met(pki: Pki) -> None:
    assert eto(pki, page()) == ("ETO_NO_SIGNATURE", ["ETO_NO_SIGNATURE"])


def test_the_limit_is_read_from_the_certificate(pki: Pki) -> None:
    certificate = pki.leaf(limit=200_000).certificate
    assert terms.reliance_limit(certificate) == RelianceLimit(currency="HKD", amount=200_000)
    assert terms.reliance_limit(pki.root.certificate) is None
