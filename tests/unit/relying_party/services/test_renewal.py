"""The rules of a renewal."""

from datetime import date, timedelta

import pytest

from relying_party.services.licensing.renewal import (
    MOVES,
    Answer,
    LicenceKind,
    State,
    hkid_is_valid,
    new_period,
    problems,
    renewable_from,
)
from relying_party.services.licensing.sample_data import sample_licences

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("number", ["A123456(3)", "a1234563", "AB987654(3)", "A 123456 (3)"])
def test_numbers_that_fit(number: str) -> None:
    assert hkid_is_valid(number)


@pytest.mark.parametrize("number", ["A123456(4)", "123456(3)", "A12345(3)", "", "Ａ123456(3)"])
def test_numbers_that_do_not(number: str) -> None:
    assert not hkid_is_valid(number)


def test_the_new_licence_follows_the_old_one() -> None:
    old = date(2026, 12, 10)
    assert new_period(LicenceKind.VEHICLE, old, TODAY) == (date(2026, 12, 11), date(2027, 12, 10))
    assert new_period(LicenceKind.DRIVING, old, TODAY)[1] == date(2036, 12, 10)


def test_one_that_has_run_out_begins_today() -> None:
    assert new_period(LicenceKind.VEHICLE, date(2026, 1, 1), TODAY)[0] == TODAY


def test_leap_days_end_in_february() -> None:
    start, end = new_period(LicenceKind.VEHICLE, date(2028, 2, 28), date(2028, 2, 1))
    assert (start, end) == (date(2028, 2, 29), date(2029, 2, 27))


def test_what_is_missing_is_named() -> None:
    assert problems(LicenceKind.VEHICLE, {}) == {
        "name_en": "missing",
        "hkid": "missing",
        "address": "missing",
        "insurance_policy": "missing",
    }
    assert "insurance_policy" not in problems(LicenceKind.DRIVING, {})
    assert problems(LicenceKind.DRIVING, {"email": Answer(value="no")})["email"] == "bad_email"


def test_everybody_has_one_to_renew_now_and_one_later() -> None:
    for number in range(200):
        vehicle, driving = sample_licences(f"person-{number}", TODAY)
        assert renewable_from(vehicle.valid_until) <= TODAY < renewable_from(driving.valid_until)
        assert timedelta(days=18) < vehicle.valid_until - TODAY < timedelta(days=25)
        assert timedelta(days=140) < driving.valid_until - TODAY < timedelta(days=160)
    assert sample_licences("x", TODAY) == sample_licences("x", TODAY)


def test_nothing_leads_back_from_a_signature() -> None:
    assert MOVES[State.SIGNED] == (State.PAID,)
    assert MOVES[State.ISSUED] == ()
