"""The moving QR code: fresh for two steps, of one request, small enough to scan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from idp.approval import qr

NOW = datetime(2026, 11, 21, 9, 30, 0, tzinfo=UTC)
STEP = timedelta(seconds=10)
SECRET = b"s" * 32
HANDLE = qr.new_handle(b"0123456789")


def token_at(moment: datetime, secret: bytes = SECRET) -> qr.QrToken:
    link = qr.link("http://id.localhost:8000", HANDLE, secret, moment, STEP)
    token = qr.parse(link.rpartition("/")[2])
    assert token is not None
    return token


def test_the_link_is_of_our_origin_and_fits_the_alphanumeric_mode() -> None:
    link = qr.link("http://id.localhost:8000", HANDLE, SECRET, NOW, STEP)

    assert link.startswith("HTTP://ID.LOCALHOST:8000/R/")
    assert set(link) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert len(link) <= 61  # version 3-M: 29 by 29 modules


@pytest.mark.parametrize(
    ("age", "fresh"),
    [(-1, False), (0, True), (9, True), (10, True), (19, True), (20, False), (3600, False)],
)
def test_it_is_fresh_in_its_own_step_and_the_next(age: int, *, fresh: bool) -> None:
    token = token_at(NOW)

    assert qr.is_fresh(token, SECRET, NOW + timedelta(seconds=age), STEP) is fresh


def test_it_changes_with_every_step() -> None:
    drawn = {token_at(NOW + n * STEP).proof for n in range(20)}

    assert len(drawn) == 20


def test_the_secret_of_another_request_proves_nothing() -> None:
    assert not qr.is_fresh(token_at(NOW, b"o" * 32), SECRET, NOW, STEP)


def test_the_proof_of_another_handle_proves_nothing() -> None:
    other = qr.QrToken(qr.new_handle(b"9876543210"), token_at(NOW).proof)

    assert not qr.is_fresh(other, SECRET, NOW, STEP)


def test_a_scanner_may_change_the_case() -> None:
    token = token_at(NOW)

    assert qr.parse((token.handle + token.proof).lower()) == token


@pytest.mark.parametrize(
    "text",
    ["", "A" * 31, "A" * 33, "1" * 32, "A" * 31 + "0", "../" * 10 + "AA", "Ａ" * 32, "ß" * 32],
)
def test_what_cannot_be_a_token_is_none(text: str) -> None:
    assert qr.parse(text) is None


def test_a_handle_has_eighty_bits() -> None:
    with pytest.raises(ValueError, match="80 bits"):
        qr.new_handle(b"short")
