"""Dates, money and numbers as read in Hong Kong."""

from datetime import UTC, date, datetime, timedelta

import pytest

from look import formats
from look.languages import LANGUAGES

MOMENT = datetime(2026, 9, 14, 7, 4, tzinfo=UTC)


def test_long_dates() -> None:
    said = [formats.date_long(date(2026, 9, 14), language) for language in LANGUAGES]
    assert said == ["14 September 2026", "2026年9月14日", "2026年9月14日"]


def test_moment_is_told_on_a_hong_kong_clock() -> None:
    assert formats.date_time(MOMENT, "en") == "14 September 2026, 3:04\xa0pm"
    assert formats.date_time(MOMENT, "zh-Hant-HK") == "2026年9月14日 下午3:04"
    late = datetime(2026, 9, 14, 23, 30, tzinfo=UTC)
    assert formats.date_long(late, "en") == "15 September 2026"
    assert formats.hong_kong(MOMENT).utcoffset() == timedelta(hours=8)


def test_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        formats.date_long(MOMENT.replace(tzinfo=None), "en")


def test_markup_carries_the_machine_form() -> None:
    assert formats.markup_date(MOMENT, "en") == (
        '<time datetime="2026-09-14">14 September 2026</time>'
    )
    assert 'datetime="2026-09-14T15:04:00+08:00"' in formats.markup_date_time(MOMENT, "zh-Hans")


def test_money_is_in_hong_kong_dollars_in_every_language() -> None:
    assert {formats.money(1444, language) for language in LANGUAGES} == {"HK$1,444.00"}


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("A123456(3)", "A123•••(•)"),
        ("A1234563", "A123•••(•)"),
        ("wx123456(A)", "WX123•••(•)"),
        ("", "•••••••"),
        ("12345678", "•••••••"),
        ("something else entirely", "•••••••"),
    ],
)
def test_identity_number_is_masked(number: str, masked: str) -> None:
    assert formats.masked_hkid(number) == masked


def test_hex_in_groups_of_four() -> None:
    assert formats.grouped_hex(bytes.fromhex("0a1b2c3d4e")) == "0a1b 2c3d 4e"
    assert formats.grouped_hex("9f3a7c21b") == "9f3a 7c21 b"
