"""The identification code: uniform, bound to everything, and nothing to grind against."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from idp.approval.code import choices, identification_code, is_picked
from idp.approval.draft import ApprovalDraft
from idp.domain.approval import ApprovalKind, ClaimRequest

DRAFT = ApprovalDraft(
    kind=ApprovalKind.SIGN,
    client_id="licensing",
    purpose="Renew a vehicle licence",
    asked_from="Chrome on Windows",
    browser_digest=b"b" * 32,
    claims=(ClaimRequest(claim="hkid", essential=True),),
    authorization_id="authorization",
    signing_request_id="signing",
    document_digest="ab" * 32,
    person_id="tai-man",
)


def nonce(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_it_is_four_digits_and_always_the_same() -> None:
    code = identification_code(nonce(1), b"facts")

    assert len(code) == 4
    assert code.isdecimal()
    assert identification_code(nonce(1), b"facts") == code


def test_every_digit_is_equally_likely_in_every_place() -> None:
    codes = [identification_code(nonce(n), b"facts") for n in range(20_000)]

    for place in range(4):
        counted = Counter(code[place] for code in codes)
        # 2 000 expected, standard deviation 42; the biased scheme we beat gives 2 500 and 1 250.
        assert set(counted) == set("0123456789")
        assert all(1_800 < count < 2_200 for count in counted.values()), counted


def test_codes_above_the_limit_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = iter(
        [b"\xff\xff" * 16, (60_000).to_bytes(2, "big") * 15 + (41_234).to_bytes(2, "big")]
    )
    monkeypatch.setattr("idp.approval.code._mac", lambda _nonce, _data: next(blocks))

    assert identification_code(nonce(1), b"facts") == "1234"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": ApprovalKind.LOGIN},
        {"client_id": "other"},
        {"purpose": "Something else"},
        {"browser_digest": b"c" * 32},
        {"claims": ()},
        {"claims": (ClaimRequest(claim="hkid", essential=False),)},
        {"authorization_id": None},
        {"signing_request_id": "other"},
        {"document_digest": "cd" * 32},
        {"person_id": "somebody-else"},
    ],
)
def test_whatever_changes_in_the_request_changes_what_the_code_commits_to(
    change: dict[str, object],
) -> None:
    changed = replace(DRAFT, **change)  # type: ignore[arg-type]

    assert changed.facts("approval") != DRAFT.facts("approval")


def test_another_approval_of_the_same_request_commits_to_something_else() -> None:
    assert DRAFT.facts("one") != DRAFT.facts("two")


def test_a_second_document_cannot_be_searched_for_before_the_nonce_is_known() -> None:
    """Whatever document was found to share a code under one nonce has another under the next."""
    one, other = DRAFT.facts("a"), replace(DRAFT, document_digest="cd" * 32).facts("a")
    same = sum(
        identification_code(nonce(n), one) == identification_code(nonce(n), other)
        for n in range(3_000)
    )

    assert same <= 4  # one in ten thousand, by chance


def test_three_choices_are_distinct_and_hold_the_code() -> None:
    for n in range(500):
        code = identification_code(nonce(n), b"facts")
        shown = choices(nonce(n), code)

        assert len(set(shown)) == 3
        assert code in shown
        assert shown == choices(nonce(n), code)


def test_a_decoy_that_equals_the_code_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["1111", "2222", "2222", "3333"])
    monkeypatch.setattr("idp.approval.code._codes", lambda _nonce, _label: drawn)

    assert set(choices(nonce(1), "1111")) == {"1111", "2222", "3333"}


def test_the_place_among_the_choices_tells_nothing() -> None:
    places = Counter(
        choices(nonce(n), code).index(code)
        for n in range(3_000)
        for code in [identification_code(nonce(n), b"facts")]
    )

    assert all(900 < places[place] < 1_100 for place in range(3)), places


def test_only_the_code_itself_is_picked() -> None:
    assert is_picked("4827", "4827")
    assert not is_picked("4827", "4872")
    assert not is_picked("4827", "")
