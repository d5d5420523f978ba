import hashlib
import os
import stat
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from certs.base import algorithms, files, oids
from certs.base.digest import Digest, digest, sha256
from certs.base.effects import system_clock, system_entropy
from certs.base.errors import AlgorithmError, CertsError, KeyFileError
from certs.base.once import Once


def test_digest_is_a_value() -> None:
    assert sha256(b"a") == Digest("sha256", hashlib.sha256(b"a").digest())
    assert sha256(b"a") != sha256(b"b")
    assert sha256(b"a") != object()
    assert len({sha256(b"a"), sha256(b"a"), digest("sha384", b"a")}) == 2
    assert sha256(b"").hex().startswith("e3b0c442")


@pytest.mark.parametrize(("name", "size"), [("sha256", 31), ("sha3_256", 32), ("", 0)])
def test_digest_of_the_wrong_shape_is_refused(name: str, size: int) -> None:
    with pytest.raises(AlgorithmError):
        Digest(name, b"x" * size)


def test_digests_of_two_functions_are_never_equal() -> None:
    value = b"x" * 32
    other = Digest("sha256", value)
    object.__setattr__(other, "algorithm", "another")
    assert Digest("sha256", value) != other


@pytest.mark.parametrize(
    ("name", "year", "allowed"),
    [("sha256", 2030, True), ("sha1", 2013, True), ("sha1", 2014, False), ("sm3", 2020, False)],
)
def test_hashes_are_judged_at_a_moment(name: str, year: int, *, allowed: bool) -> None:
    assert algorithms.hash_allowed(name, datetime(year, 6, 1, tzinfo=UTC)) is allowed


def test_old_hashes_are_never_made() -> None:
    ended = [h.name for h in algorithms.HASHES.values() if h.last_allowed is not None]
    assert set(ended) == {"md5", "sha1", "sha224"}
    for name in ended:
        assert algorithms.HASHES[name].last_allowed < date(2026, 1, 1)
        with pytest.raises(AlgorithmError):
            algorithms.hash_implementation(name)


def test_every_signature_names_a_known_hash() -> None:
    for entry in algorithms.SIGNATURES.values():
        assert entry.hash_name in algorithms.HASHES
        assert algorithms.signature_allowed(entry.name, datetime(2030, 1, 1, tzinfo=UTC))
    assert not algorithms.signature_allowed("none", datetime(2030, 1, 1, tzinfo=UTC))
    assert algorithms.algorithm_for_curve("secp384r1").name == "ES384"
    with pytest.raises(AlgorithmError):
        algorithms.algorithm_for_curve("secp256k1")


@pytest.mark.parametrize(
    ("oid", "arc", "inside"),
    [
        ("1.2.8.1", "1.2.8", True),
        ("1.2.8", "1.2.8", True),
        ("1.2.81", "1.2.8", False),
        ("1.2", "1.2.8", False),
    ],
)
def test_arcs_are_compared_one_by_one(oid: str, arc: str, *, inside: bool) -> None:
    assert oids.is_under(oid, arc) is inside


def test_our_arc_is_the_one_for_examples() -> None:
    """RFC 5612 §2."""
    ours = [value for name, value in vars(oids).items() if name.startswith("POLICY_")]
    assert len(ours) == len(set(ours)) == 4
    assert all(oids.is_under(value, "1.3.6.1.4.1.32473") for value in ours)


def test_no_two_identifiers_are_the_same() -> None:
    values = [v for n, v in vars(oids).items() if n.isupper() and isinstance(v, str)]
    assert len(values) == len(set(values))


def test_once_is_taken_by_one_of_many() -> None:
    once = Once()
    answers: list[bool] = []
    threads = [threading.Thread(target=lambda: answers.append(once.take())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 19 + [True]
    assert once.taken


def test_effects_are_utc_and_random() -> None:
    assert system_clock().tzinfo is UTC
    assert len(system_entropy(16)) == 16
    assert system_entropy(16) != system_entropy(16)


def test_errors_carry_a_code() -> None:
    error = KeyFileError("missing", "root")
    assert (error.code, error.detail, str(error)) == ("missing", "root", "missing: root")
    assert issubclass(KeyFileError, CertsError)


def test_write_is_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file"
    files.write_atomically(path, b"old", mode=files.PRIVATE)
    (tmp_path / ".file.partial").write_bytes(b"left by a crash")
    files.write_atomically(path, b"new", mode=files.PRIVATE)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o666])
def test_secrets_that_others_may_touch_are_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"x")
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="readable_by_others"):
        files.read_private(path)


def test_secrets_that_are_links_folders_large_or_missing_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with pytest.raises(KeyFileError, match="missing"):
        files.read_private(path)
    files.write_atomically(path, b"x" * 100, mode=files.PRIVATE)
    with pytest.raises(KeyFileError, match="too_large"):
        files.read_private(path, max_bytes=99)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(KeyFileError, match="not_a_file"):
        files.read_private(tmp_path / "link")
    with pytest.raises(KeyFileError, match="not_a_file"):
        files.read_private(tmp_path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(KeyFileError, match="not_a_file"):
        files.read_private(tmp_path / "pipe")
