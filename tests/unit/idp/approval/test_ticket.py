"""Tickets: facts that come back from a browser as they went out, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from idp.approval import ticket

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
KEY = b"k" * 32
UNTIL = NOW + timedelta(minutes=2)
TICKET = ticket.mint(KEY, "bind", {"challenge": "abc", "person_id": "tai-man"}, UNTIL)


def test_the_facts_come_back() -> None:
    assert ticket.read(KEY, "bind", TICKET, NOW) == {"challenge": "abc", "person_id": "tai-man"}


def test_it_ends_when_it_says() -> None:
    assert ticket.read(KEY, "bind", TICKET, UNTIL - timedelta(seconds=1)) is not None
    assert ticket.read(KEY, "bind", TICKET, UNTIL) is None


def test_it_is_for_one_purpose() -> None:
    assert ticket.read(KEY, "sign-in", TICKET, NOW) is None


def test_another_key_opens_nothing() -> None:
    assert ticket.read(b"o" * 32, "bind", TICKET, NOW) is None


@pytest.mark.parametrize("place", range(0, len(TICKET), 7))
def test_one_changed_character_spoils_it(place: int) -> None:
    other = "A" if TICKET[place] != "A" else "B"
    changed = TICKET[:place] + other + TICKET[place + 1 :]

    assert ticket.read(KEY, "bind", changed, NOW) is None


@pytest.mark.parametrize("text", ["", ".", "a.b", "é.é", TICKET + "A", "A" * 2000])
def test_what_is_no_ticket_is_none(text: str) -> None:
    assert ticket.read(KEY, "bind", text, NOW) is None


def test_base64url_is_decoded_without_padding_and_refused_when_broken() -> None:
    assert ticket.decode_base64url("YWI") == b"ab"
    with pytest.raises(ValueError, match="base64url"):
        ticket.decode_base64url("A")
