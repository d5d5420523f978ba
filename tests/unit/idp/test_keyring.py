"""The keyring file, and a rotation step by step."""

import json
from pathlib import Path

import pytest

from certs.base.effects import system_entropy
from certs.base.errors import KeyFileError
from idp.keyring import FILE, ensure_keyring, make_keyring, open_keyring
from idp.protocol import jose


def test_it_is_made_once_private_and_read_back(tmp_path: Path, now, entropy) -> None:
    folder = tmp_path / "keyring"
    made = ensure_keyring(folder, now, entropy)
    again = ensure_keyring(folder, now, entropy)
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert made.public_jwks() == again.public_jwks()
    assert (made.pairwise_key, made.form_key) == (again.pairwise_key, again.form_key)
    assert made.pairwise_key != made.form_key
    token = made.sign_jwt("JWT", {"a": 1})
    assert jose.verify(token, again.verification_keys, types=frozenset({"jwt"})) == {"a": 1}


def test_a_rotation_shows_a_key_before_it_signs(tmp_path: Path, now) -> None:
    """Conformance fact 15: the old key stays, to check what it signed."""
    first = make_keyring(now, system_entropy)
    second = first.rotated(now, system_entropy)
    third = second.rotated(now, system_entropy)

    def kid(keyring) -> str:
        return jose.read_header(keyring.sign_jwt("JWT", {}))["kid"]

    published = [[key["kid"] for key in k.public_jwks()["keys"]] for k in (first, second, third)]
    assert [len(kids) for kids in published] == [1, 2, 3]
    assert kid(first) == kid(second) != kid(third)
    assert kid(third) in published[1]
    old = first.sign_jwt("JWT", {})
    assert jose.verify(old, third.verification_keys, types=frozenset({"jwt"})) == {}
    assert third.pairwise_key == first.pairwise_key
    third.save(tmp_path)
    assert open_keyring(tmp_path).public_jwks() == third.public_jwks()


def test_nothing_private_is_published(now) -> None:
    keyring = make_keyring(now, system_entropy)
    assert all("d" not in key for key in keyring.public_jwks()["keys"])


def test_a_file_that_others_can_read_is_refused(tmp_path: Path, now) -> None:
    make_keyring(now, system_entropy).save(tmp_path)
    (tmp_path / FILE).chmod(0o640)
    with pytest.raises(KeyFileError):
        open_keyring(tmp_path)


@pytest.mark.parametrize("damage", ["version", "no_current", "short"])
def test_a_damaged_file_is_refused(tmp_path: Path, now, damage: str) -> None:
    make_keyring(now, system_entropy).save(tmp_path)
    document = json.loads((tmp_path / FILE).read_text())
    if damage == "version":
        document["version"] = 2
    elif damage == "no_current":
        document["signing_keys"][0]["state"] = "retired"
    else:
        document["pairwise_key"] = "AAAA"
    (tmp_path / FILE).write_text(json.dumps(document))
    with pytest.raises(ValueError, match="keyring"):
        open_keyring(tmp_path)
