"""Identity card numbers: the check character for one and two letters, and what is hidden."""

from __future__ import annotations

import pytest

from idp.identity import hkid

#: Computed by hand from the algorithm with blank = 36; none of them belongs to anybody we know.
KNOWN = [
    "A123456(3)",
    "AB123456(9)",
    "AB987654(3)",
    "G123456(A)",
    "WX123456(9)",
    "XA123456(8)",
    "Q123456(7)",
    "Q000001(5)",
    "Q000004(A)",
    "Q000009(0)",
]


@pytest.mark.parametrize("text", KNOWN)
def test_a_right_number_is_read_and_spelt_as_on_the_card(text: str) -> None:
    assert str(hkid.parse(text)) == text


@pytest.mark.parametrize("text", ["q000001(5)", " Q000001 (5) ", "Q0000015", "q 000 001 5"])
def test_typing_is_forgiven(text: str) -> None:
    assert str(hkid.parse(text)) == "Q000001(5)"


@pytest.mark.parametrize(
    "text", ["", "Q000001", "1000001(5)", "QQQ000001(5)", "Q00001(5)", "Q000001(B)", "Ｑ000001(5)"]
)
def test_what_has_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^form$"):
        hkid.parse(text)


@pytest.mark.parametrize("check", "012346789A")
def test_every_other_check_character_is_refused(check: str) -> None:
    with pytest.raises(ValueError, match=r"^check_character$"):
        hkid.parse(f"Q000001({check})")


def test_swapped_neighbours_are_always_noticed() -> None:
    digits = "102938"
    check = hkid.check_character("Q", digits)
    for at in range(5):
        swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        assert hkid.check_character("Q", swapped) != check


def test_a_refusal_never_repeats_the_number() -> None:
    with pytest.raises(ValueError, match="check_character") as caught:
        hkid.parse("Q000001(6)")
    assert "Q000001" not in str(caught.value)


def test_masked_and_never_printed_in_full() -> None:
    number = hkid.parse("Q123456(7)")

    assert number.masked == "Q123•••(•)"
    assert "456" not in repr(number)


def test_the_demonstration_has_numbers_of_its_own() -> None:
    assert hkid.is_synthetic(hkid.parse("Q000001(5)"))
    assert not hkid.is_synthetic(hkid.parse("A123456(3)"))
    assert not hkid.is_synthetic(hkid.parse("Q123456(7)"))
