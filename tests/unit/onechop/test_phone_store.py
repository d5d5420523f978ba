"""A phone's file: for its owner's eyes, complete, and honest about damage."""

from pathlib import Path

import pytest

from onechop.errors import Failure
from onechop.phone import store
from onechop.phone.client import Shown
from onechop.phone.passkey import SoftwarePasskey

OPTIONS = {"rp": {"id": "id.localhost"}, "user": {"id": "bWFyaWE"}, "challenge": "Y2hhbGxlbmdl"}


@pytest.fixture
def passkey() -> SoftwarePasskey:
    return SoftwarePasskey.create(OPTIONS, origin="http://id.localhost:8000")[0]


def test_a_phone_comes_back_as_it_was_kept(tmp_path: Path, passkey: SoftwarePasskey) -> None:
    passkey.sign_count = 7
    file = store.keep(tmp_path, "maria", passkey)
    assert file.stat().st_mode & 0o777 == 0o600
    owner, again = store.fetch(tmp_path, None)
    assert owner == "maria"
    assert again.export() == passkey.export()


def test_which_phone_is_meant_is_never_guessed(tmp_path: Path, passkey: SoftwarePasskey) -> None:
    with pytest.raises(Failure, match="No phone is bound"):
        store.fetch(tmp_path, None)
    store.keep(tmp_path, "maria", passkey)
    store.keep(tmp_path, "fung", passkey)
    with pytest.raises(Failure, match="Several phones"):
        store.fetch(tmp_path, None)
    with pytest.raises(Failure, match="No phone of john"):
        store.fetch(tmp_path, "john")
    assert store.fetch(tmp_path, "fung")[0] == "fung"


@pytest.mark.parametrize("damage", ["{", "{}", '{"private_key": "x"}', "[]"])
def test_a_damaged_file_is_called_damaged(tmp_path: Path, damage: str) -> None:
    (tmp_path / "maria.json").write_text(damage)
    with pytest.raises(Failure, match="damaged"):
        store.fetch(tmp_path, "maria")


def screen(*choices: str, code: str = "") -> Shown:
    return Shown(
        request_id="r", heading="", facts={}, fields=(), code=code, choices=choices, signs=False
    )


@pytest.mark.parametrize(
    ("shown", "said", "answer"),
    [
        (screen(), None, None),
        (screen("same", "different", code="1234"), "1234", "same"),
        (screen("same", "different", code="1234"), None, "same"),
        (screen("same", "different", code="1234"), "1235", "different"),
        (screen("1111", "2222", "3333"), "2222", "2222"),
        (screen("1111", "2222", "3333"), "9999", "9999"),
    ],
    ids=["no question", "same", "not read", "different", "chosen", "not among them"],
)
def test_the_question_about_the_code_is_answered(
    shown: Shown, said: str | None, answer: str | None
) -> None:
    assert shown.answer(said) == answer


def test_a_code_that_has_to_be_chosen_is_never_guessed() -> None:
    with pytest.raises(Failure, match="code is missing"):
        screen("1111", "2222", "3333").answer(None)
