import threading
import time

import pytest

from certs.base.digest import Digest
from certs.base.errors import TrustListError
from certs.trustlist import publish
from certs.verification import isolate, policy
from certs.verification.evidence import LocalEvidence
from certs.verification.policy import Matter
from tests.world.papers import page
from tests.world.pki import DAY, Pki
from tests.world.verdicts import failed, result, unclear, validator


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def published(pki: Pki) -> bytes:
    def sign(digest: Digest) -> bytes:
        return pki.issuing.signer.sign_digest(digest)

    return publish(pki.trust_list(), sign=sign)


def test_the_worker_answers_what_the_call_answers(pki: Pki) -> None:
    document = pki.sign(page(), pki.leaf())
    encoded = policy.encode(published(pki), matter=Matter(name="licence"), stated_value=300_000)
    now = pki.now + DAY
    report = isolate.verify_in_worker(document, encoded, now)
    validator().validate(report)
    from certs.verification import verify

    assert report == verify(document, policy=policy.decode(encoded), now=now).as_json()
    assert report["eto"]["reasons"] == ["ETO_MET_6_1A", "ETO_RELIANCE_EXCEEDED"]


def test_local_evidence_reaches_the_worker(pki: Pki) -> None:
    me = pki.leaf()
    document = pki.sign(page(), me)
    later = Pki(revoked={me.certificate.serial_number: (pki.now - DAY, None)})
    later.__dict__.update(root=pki.root, issuing=pki.issuing)
    report = isolate.verify_in_worker(
        document,
        policy.encode(published(pki)),
        pki.now + DAY,
        local_evidence=LocalEvidence(crls=(later.crl(),)),
    )
    assert result(report) == failed("REVOKED")


def test_a_worker_that_hangs_is_ended(pki: Pki) -> None:
    begin = time.monotonic()
    report = isolate.verify_in_worker(
        page(), policy.encode(published(pki)), pki.now, wall_seconds=0.05
    )
    assert time.monotonic() - begin < 5
    validator().validate(report)
    assert result(report) == unclear("GENERIC")
    assert report["document"]["problem"] == "WORKER_TIMEOUT"


def test_a_worker_that_dies_is_an_indeterminate_report(pki: Pki) -> None:
    report = isolate.verify_in_worker(page(), b"not a policy", pki.now)
    validator().validate(report)
    assert result(report) == unclear("GENERIC")
    assert report["document"]["problem"] == "WORKER_DIED"


def test_the_limits_are_set_in_the_child() -> None:
    """In a child of its own: limits cannot be taken back."""
    import subprocess
    import sys

    program = (
        "import resource; from certs.verification import isolate; isolate.limit_this_process();"
        "print(*(resource.getrlimit(r)[1] for r in (resource.RLIMIT_CPU, resource.RLIMIT_AS)));"
        "bytearray(2 * 1024 ** 3)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [str(isolate.CPU_SECONDS), str(isolate.ADDRESS_SPACE)]
    assert "MemoryError" in done.stderr


def test_a_policy_survives_the_journey(pki: Pki) -> None:
    encoded = policy.encode(
        published(pki), matter=Matter(name="will", schedule_1_item=1), stated_value=5
    )
    decoded = policy.decode(encoded)
    assert decoded.matter == Matter(name="will", schedule_1_item=1)
    assert decoded.stated_value == 5
    assert decoded.trust_list == pki.trust_list()
    for broken in (b"", b"{}", b"[]", b'{"matter": 1}'):
        with pytest.raises(TrustListError):
            policy.decode(broken)


def test_workers_run_side_by_side(pki: Pki) -> None:
    document = pki.sign(page(), pki.leaf())
    encoded = policy.encode(published(pki))
    reports: list[dict] = []
    threads = [
        threading.Thread(
            target=lambda: reports.append(
                isolate.verify_in_worker(document, encoded, pki.now + DAY)
            )
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [r["indication"] for r in reports] == ["TOTAL-PASSED"] * 3
