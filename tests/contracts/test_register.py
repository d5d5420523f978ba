"""What every register must do, whatever it is made of."""

import dataclasses
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from certs.base.errors import RegisterError
from certs.register.model import (
    TRANSITIONS,
    CertificateStatus,
    IssuedCertificate,
    PublishedCrl,
    Register,
    RevocationReason,
)
from certs.register.sqlite import SqliteRegister

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
STORED = [status for status in CertificateStatus if status is not CertificateStatus.EXPIRED]
SERIAL = 1 << 126 | 5


@pytest.fixture(params=["sqlite"])
def register(tmp_path: Path) -> Iterator[Register]:
    made = SqliteRegister(tmp_path / "register.sqlite")
    yield made
    made.close()


def application(serial: int = SERIAL, issuer: str = "issuing") -> IssuedCertificate:
    return IssuedCertificate(
        serial=serial,
        issuer=issuer,
        profile="citizen",
        subject="CN=somebody (Demonstration)",
        status=CertificateStatus.APPLIED,
        not_before=NOW,
        not_after=NOW + timedelta(days=1),
        tbs_sha256=b"t" * 32,
        applied_at=NOW,
        changed_at=NOW,
    )


def reach(register: Register, status: CertificateStatus, serial: int = SERIAL) -> None:
    """Bring a new record to a status on the ordinary way."""
    register.apply(application(serial))
    if status is CertificateStatus.APPLIED:
        return
    assert register.mark_issued(serial, b"der", NOW)
    way = {
        CertificateStatus.ISSUED: [],
        CertificateStatus.ACTIVE: [CertificateStatus.ACTIVE],
        CertificateStatus.SUSPENDED: [CertificateStatus.ACTIVE, CertificateStatus.SUSPENDED],
        CertificateStatus.REVOKED: [CertificateStatus.REVOKED],
    }[status]
    before = CertificateStatus.ISSUED
    for after in way:
        assert register.mark(serial, before, after, NOW)
        before = after


def test_a_record_comes_back_as_it_was(register: Register) -> None:
    register.apply(application())
    assert register.find(SERIAL) == application()
    assert register.find(SERIAL + 1) is None
    assert register.mark_issued(SERIAL, b"der", NOW + timedelta(seconds=1))
    found = register.find(SERIAL)
    assert found == dataclasses.replace(
        application(),
        status=CertificateStatus.ISSUED,
        der=b"der",
        changed_at=NOW + timedelta(seconds=1),
    )


@pytest.mark.parametrize("serial", [-1, 0, 1 << 160, 1 << 900])
def test_impossible_serials_are_not_found(register: Register, serial: int) -> None:
    assert register.find(serial) is None


def test_a_serial_is_given_once(register: Register) -> None:
    register.apply(application())
    with pytest.raises(RegisterError, match="serial_taken"):
        register.apply(dataclasses.replace(application(), issuer="root"))
    found = register.find(SERIAL)
    assert found is not None
    assert found.issuer == "issuing"


def test_only_applications_are_recorded(register: Register) -> None:
    issued = dataclasses.replace(application(), status=CertificateStatus.ISSUED, der=b"der")
    with pytest.raises(RegisterError, match="not_an_application"):
        register.apply(issued)


def test_a_certificate_is_stored_once(register: Register) -> None:
    register.apply(application())
    assert register.mark_issued(SERIAL, b"der", NOW)
    assert not register.mark_issued(SERIAL, b"another", NOW)
    found = register.find(SERIAL)
    assert found is not None
    assert found.der == b"der"


def test_a_revoked_application_is_never_issued(register: Register) -> None:
    register.apply(application())
    assert register.mark(SERIAL, CertificateStatus.APPLIED, CertificateStatus.REVOKED, NOW)
    assert not register.mark_issued(SERIAL, b"der", NOW)


@pytest.mark.parametrize(("from_", "to"), list(product(CertificateStatus, repeat=2)))
def test_changes_that_are_not_in_the_table_do_not_happen(
    register: Register, from_: CertificateStatus, to: CertificateStatus
) -> None:
    if from_ in STORED:
        reach(register, from_)
    if (from_, to) in TRANSITIONS:
        return
    with pytest.raises(RegisterError, match="no_such_transition"):
        register.mark(SERIAL, from_, to, NOW)


@pytest.mark.parametrize(
    ("from_", "to"),
    sorted(TRANSITIONS - {(CertificateStatus.APPLIED, CertificateStatus.ISSUED)}),
)
def test_a_change_happens_once(
    register: Register, from_: CertificateStatus, to: CertificateStatus
) -> None:
    reach(register, from_)
    later = NOW + timedelta(hours=1)
    assert register.mark(SERIAL, from_, to, later, reason=RevocationReason.SUPERSEDED)
    assert not register.mark(SERIAL, from_, to, later)
    found = register.find(SERIAL)
    assert found is not None
    assert (found.status, found.changed_at) == (to, later)
    assert found.reason is RevocationReason.SUPERSEDED


def test_of_many_threads_one_wins(register: Register) -> None:
    reach(register, CertificateStatus.ACTIVE)
    answers: list[bool] = []

    def attempt() -> None:
        answers.append(
            register.mark(SERIAL, CertificateStatus.ACTIVE, CertificateStatus.REVOKED, NOW)
        )

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 11 + [True]


def test_lists_of_withdrawn_and_unsigned(register: Register) -> None:
    for number, status in enumerate(STORED, start=1):
        reach(register, status, SERIAL + number)
    register.apply(application(SERIAL + 90, issuer="root"))
    withdrawn = register.withdrawn("issuing")
    assert [record.status for record in withdrawn] == ["suspended", "revoked"]
    assert register.withdrawn("root") == []
    assert {record.serial for record in register.unsigned()} == {SERIAL + 1, SERIAL + 90}


def test_the_revision_rises_with_what_the_list_shows(register: Register) -> None:
    reach(register, CertificateStatus.ACTIVE)
    assert register.revision("issuing") == 0
    active, suspended = CertificateStatus.ACTIVE, CertificateStatus.SUSPENDED
    assert register.mark(SERIAL, active, suspended, NOW)
    assert register.revision("issuing") == 1
    assert not register.mark(SERIAL, active, suspended, NOW)
    assert register.revision("issuing") == 1
    assert register.mark(SERIAL, suspended, active, NOW)
    assert register.revision("issuing") == 2
    assert register.revision("root") == 0


def test_numbers_are_drawn_once(register: Register) -> None:
    drawn: list[int] = []
    threads = [
        threading.Thread(target=lambda: drawn.append(register.next_number("crl issuing")))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(drawn) == list(range(1, 11))
    assert register.next_number("another") == 1


def test_a_crl_is_never_replaced_by_an_older_one(register: Register) -> None:
    def crl(number: int) -> PublishedCrl:
        return PublishedCrl(
            issuer="issuing",
            number=number,
            revision=0,
            this_update=NOW,
            next_update=NOW + timedelta(hours=24),
            der=str(number).encode(),
        )

    assert register.current_crl("issuing") is None
    assert register.publish_crl(crl(2))
    assert not register.publish_crl(crl(1))
    assert not register.publish_crl(crl(2))
    assert register.current_crl("issuing") == crl(2)


def test_expiry_is_told_but_not_stored(register: Register) -> None:
    reach(register, CertificateStatus.ACTIVE)
    found = register.find(SERIAL)
    assert found is not None
    assert found.status_at(found.not_after) is CertificateStatus.ACTIVE
    late = found.not_after + timedelta(seconds=1)
    assert found.status_at(late) is CertificateStatus.EXPIRED
    assert register.mark(SERIAL, CertificateStatus.ACTIVE, CertificateStatus.REVOKED, late)
    revoked = register.find(SERIAL)
    assert revoked is not None
    assert revoked.status_at(late) is CertificateStatus.REVOKED
