"""What a page says about a resident."""

from __future__ import annotations

from datetime import date

import pytest

from idp.domain.approval import ClaimRequest
from idp.domain.person import Attribute, Person, Source
from idp.identity.person_view import fields_view, masked, person_view

DAY = date(2026, 3, 3)


def person(**values: str) -> Person:
    held = {"hkid": "Q000001(5)", "name_en": "CHAN, Tai Man", "birthdate": "1985-04-12"} | values
    return Person(
        person_id="tai-man",
        attributes=tuple(
            Attribute(claim=claim, value=value, source=Source.REGISTERED, as_of=DAY)
            for claim, value in held.items()
        ),
        note="",
    )


def test_a_chinese_page_shows_the_chinese_name() -> None:
    view = person_view(person(name_zh="陳大文"), "zh-Hans")

    assert (view.name, view.name_language) == ("陳大文", "zh-Hant-HK")
    assert view.masked_hkid == "Q000•••(•)"


def test_an_english_page_shows_the_english_name() -> None:
    view = person_view(person(name_zh="陳大文"), "en")

    assert (view.name, view.name_language) == ("CHAN, Tai Man", "en")
    assert view.name_zh == "陳大文"


def test_who_has_no_chinese_name_is_named_in_english_everywhere() -> None:
    view = person_view(person(), "zh-Hant-HK")

    assert (view.name, view.name_language, view.name_zh) == ("CHAN, Tai Man", "en", None)


def test_required_fields_come_first_and_missing_ones_are_shown_as_missing() -> None:
    fields = fields_view(
        person(),
        (
            ClaimRequest(claim="email", essential=False),
            ClaimRequest(claim="hkid", essential=True),
        ),
    )

    assert [f.claim for f in fields] == ["hkid", "email"]
    assert fields[0].masked == "Q000•••(•)"
    assert fields[0].value == "Q000001(5)"
    assert fields[0].is_masked
    assert (fields[0].source, fields[0].as_of) == (Source.REGISTERED, DAY)
    assert (fields[1].value, fields[1].masked, fields[1].source) == (None, None, None)
    assert not fields[1].is_masked


@pytest.mark.parametrize(
    ("claim", "value", "shown"),
    [
        ("phone_number", "+852 5555 0178", "+852 555•••• 78"),
        ("phone_number", "999", "••••"),
        ("email", "taiman.chan@example.hk", "ta•••@example.hk"),
        ("name_en", "CHAN, Tai Man", "CHAN, Tai Man"),
    ],
)
def test_what_identifies_is_masked(claim: str, value: str, shown: str) -> None:
    assert masked(claim, value) == shown
