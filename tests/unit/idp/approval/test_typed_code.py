"""The typed code: readable aloud, forgiving to type, useless in a stolen table."""

from __future__ import annotations

from collections import Counter

import pytest

from idp.approval import typed_code


def test_it_has_eight_characters_that_nobody_confuses() -> None:
    for n in range(300):
        code = typed_code.typed_code(n.to_bytes(32, "big"))

        assert len(code) == 8
        assert not set(code) & set("01OIL")
        assert code == typed_code.typed_code(n.to_bytes(32, "big"))


def test_every_character_is_equally_likely() -> None:
    counted = Counter("".join(typed_code.typed_code(n.to_bytes(32, "big")) for n in range(5_000)))

    assert set(counted) == set(typed_code.ALPHABET)
    expected = 5_000 * 8 / len(typed_code.ALPHABET)
    assert all(0.87 * expected < count < 1.13 * expected for count in counted.values()), counted


def test_a_draw_that_is_short_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mac:
        def __init__(self, _key: bytes, data: bytes, _hash: object) -> None:
            self._data = data

        def digest(self) -> bytes:
            first = self._data.endswith(b"\0\0\0\0")
            return b"\xff" * 30 + b"\0\1" if first else bytes(range(2, 34))

    monkeypatch.setattr("idp.approval.typed_code.hmac.new", Mac)

    assert typed_code.typed_code(b"s") == typed_code.ALPHABET[:8]


def test_it_is_shown_in_two_groups() -> None:
    assert typed_code.shown("K7QF93MD") == "K7QF-93MD"


@pytest.mark.parametrize("text", ["K7QF93MD", "k7qf-93md", " k7qf 93md ", "K7-QF-93-MD"])
def test_typing_is_forgiven(text: str) -> None:
    assert typed_code.normalise(text) == "K7QF93MD"


@pytest.mark.parametrize("text", ["", "K7QF93M", "K7QF93MDX", "K7QF93M0", "K7QF93MÄ", "K" * 999])
def test_what_cannot_be_a_code_is_none(text: str) -> None:
    assert typed_code.normalise(text) is None


def test_the_stored_digest_needs_the_key() -> None:
    one = typed_code.digest("K7QF93MD", b"k" * 32)

    assert one != typed_code.digest("K7QF93MD", b"o" * 32)
    assert one != typed_code.digest("K7QF93MC", b"k" * 32)
