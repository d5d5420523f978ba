import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from world.authority import BASE_URL, PASSPHRASE, Founded

from certs.authority import Authority
from certs.base.errors import CeremonyError, KeyFileError
from certs.issuance.ceremony import CeremonySettings, hold

Entropy = Callable[[int], bytes]
SETTINGS = CeremonySettings(base_url=BASE_URL)


@pytest.fixture
def founded(tmp_path: Path, entropy: Entropy) -> Iterator[Founded]:
    made = Founded(tmp_path, entropy)
    yield made
    made.authority.close()


def test_the_hierarchy(founded: Founded) -> None:
    issuing, root = founded.authority.ca_chain
    root.verify_directly_issued_by(root)
    issuing.verify_directly_issued_by(root)
    curves = {c.subject.rfc4514_string()[:3]: c.public_key().curve for c in (issuing, root)}
    assert curves
    assert isinstance(root.public_key().curve, ec.SECP384R1)
    assert isinstance(issuing.public_key().curve, ec.SECP256R1)
    assert [name for name, _ in founded.transcript.made] == [
        "root",
        "issuing",
        "tsa",
        "ocsp",
        "seal-licensing",
        "seal-notices",
    ]


def test_every_subject_says_demonstration(founded: Founded) -> None:
    for _, record in founded.transcript.made:
        subject = record.certificate.subject
        (organisation,) = subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
        (common_name,) = subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        assert "OneChop Demonstration" in organisation.value
        assert "Demonstration" in common_name.value


def test_keys_are_private_and_encrypted(founded: Founded) -> None:
    keys = sorted((founded.folder / "keys").iterdir())
    assert len(keys) == 6
    for path in keys:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"ENCRYPTED" in path.read_bytes()
    assert stat.S_IMODE(founded.folder.stat().st_mode) == 0o700


def test_the_transcript_can_be_read(founded: Founded) -> None:
    text = founded.authority.transcript
    assert text == founded.transcript.to_markdown()
    assert "**not recognised**" in text
    for _, record in founded.transcript.made:
        assert f"{record.serial:x}" in text
    assert "PRIVATE" not in text
    assert PASSPHRASE.decode() not in text


def test_the_practice_statement_says_what_it_is(founded: Founded) -> None:
    text = founded.authority.practice_statement
    assert "not recognised" in text
    assert "HK$200,000" in text
    assert "24 hours" in text
    assert "$" not in text.replace("HK$", "")


def test_a_second_ceremony_is_refused(founded: Founded) -> None:
    before = {p: p.read_bytes() for p in founded.folder.rglob("*") if p.is_file()}
    with pytest.raises(CeremonyError, match="already_held"):
        hold(
            founded.folder,
            PASSPHRASE,
            SETTINGS,
            clock=founded.clock,
            entropy=founded.entropy,
        )
    assert {p: p.read_bytes() for p in founded.folder.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("draws", range(0, 40, 3))
def test_a_crash_in_the_middle_leaves_nothing(
    tmp_path: Path, entropy: Entropy, clock: Callable[[], object], draws: int
) -> None:
    """The source of randomness fails after so many draws; the next ceremony succeeds."""
    left = draws

    def failing(size: int) -> bytes:
        nonlocal left
        if left == 0:
            raise ConnectionError
        left -= 1
        return entropy(size)

    folder = tmp_path / "pki"
    try:
        hold(folder, PASSPHRASE, SETTINGS, clock=clock, entropy=failing)
    except ConnectionError:
        assert list(tmp_path.iterdir()) == []
        hold(folder, PASSPHRASE, SETTINGS, clock=clock, entropy=entropy)
    assert [path.name for path in tmp_path.iterdir()] == ["pki"]


def test_what_a_kill_has_left_is_cleared(tmp_path: Path, entropy: Entropy, clock) -> None:
    leftover = tmp_path / ".pki.0123.partial" / "keys"
    leftover.mkdir(parents=True)
    (leftover / "root.key.pem").write_bytes(b"half a key")
    hold(tmp_path / "pki", PASSPHRASE, SETTINGS, clock=clock, entropy=entropy)
    assert [path.name for path in tmp_path.iterdir()] == ["pki"]


def test_nothing_opens_without_a_ceremony_or_the_passphrase(founded: Founded) -> None:
    def attempt(folder: Path, passphrase: bytes = PASSPHRASE) -> None:
        Authority.open(folder, passphrase, clock=founded.clock, entropy=founded.entropy)

    with pytest.raises(CeremonyError, match="not_held"):
        attempt(founded.folder.parent / "nowhere")
    with pytest.raises(KeyFileError, match="locked"):
        attempt(founded.folder, b"the wrong passphrase")
    (founded.folder / "keys" / "issuing.key.pem").chmod(0o644)
    with pytest.raises(KeyFileError, match="readable_by_others"):
        attempt(founded.folder)
    (founded.folder / "settings.json").write_text("{}")
    with pytest.raises(CeremonyError, match="damaged"):
        attempt(founded.folder)


def test_a_short_passphrase_founds_nothing(tmp_path: Path, entropy: Entropy, clock) -> None:
    with pytest.raises(KeyFileError, match="passphrase_too_short"):
        hold(tmp_path / "pki", b"short", SETTINGS, clock=clock, entropy=entropy)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_can_be_moved(founded: Founded, tmp_path: Path) -> None:
    founded.authority.close()
    shutil.move(founded.folder, tmp_path / "elsewhere")
    moved = Authority.open(
        tmp_path / "elsewhere", PASSPHRASE, clock=founded.clock, entropy=founded.entropy
    )
    assert moved.seal_names == ("licensing", "notices")
    moved.close()


@pytest.mark.parametrize(
    "url", ["", "id.localhost/pki", "ftp://x/pki", "http://x/pki/", "http://x/?a", "http://u@x/p"]
)
def test_addresses_that_cannot_stand_in_a_certificate_are_refused(url: str) -> None:
    with pytest.raises(CeremonyError, match="bad_base_url"):
        CeremonySettings(base_url=url)
