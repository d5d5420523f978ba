"""The demonstration's residents: all invented, all different, every trait there."""

from __future__ import annotations

from datetime import date

import pytest

from idp.domain.person import Person, Source
from idp.identity import demo, hkid

TODAY = date(2026, 11, 21)
ONE = """
[[resident]]
person_id = "one"
note = "One"
hkid = "Q000001(5)"
name_en = "ONE"
birthdate = "1985-04-12"
gender = "male"
registered_on = 2026-03-03
"""


@pytest.fixture(scope="module")
def residents() -> tuple[Person, ...]:
    return demo.read_residents(demo.DATA.read_text(encoding="utf-8"))


def test_there_are_enough_of_them_and_none_is_double(residents: tuple[Person, ...]) -> None:
    assert len(residents) >= 8
    numbers = {r.value("hkid") for r in residents}
    assert len(numbers) == len(residents)


def test_no_number_could_be_anybody_s(residents: tuple[Person, ...]) -> None:
    for resident in residents:
        assert hkid.is_synthetic(hkid.parse(resident.value("hkid") or ""))


def test_every_trait_that_departments_must_cope_with_is_there(
    residents: tuple[Person, ...],
) -> None:
    assert any(r.is_minor(TODAY) for r in residents)
    assert any(r.value("name_zh") is None for r in residents)
    assert any("㛓" in (r.value("name_zh") or "") for r in residents)  # HKSCS
    assert any(r.certificate_problem == "expired" for r in residents)
    assert any(len(r.value("name_en") or "") > 40 for r in residents)
    assert any(r.value("email") is None and r.value("address") is None for r in residents)


def test_registered_and_declared_data_are_told_apart(residents: tuple[Person, ...]) -> None:
    sources = {a.claim: a.source for a in residents[0].attributes}

    assert {sources[c] for c in demo.REGISTERED} == {Source.REGISTERED}
    assert {sources[c] for c in demo.SELF_DECLARED} == {Source.SELF_DECLARED}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ONE + ONE, "used twice"),
        (ONE + 'shoe_size = "42"', "unknown keys"),
        (ONE.replace("Q000001(5)", "A123456(3)"), "no real identity number"),
        (ONE.replace("Q000001(5)", "Q000001(6)"), "check_character"),
        (
            ONE + 'declared.hkid = { value = "Q000001(5)", as_of = 2026-03-03 }',
            "not a field that residents declare",
        ),
    ],
)
def test_a_wrong_file_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        demo.read_residents(text)
