import base64

import pytest

from certs.base.errors import LedgerError
from certs.ledger import Checkpoint, NoteSigner, NoteVerifier, leaf_hash, open_checkpoint
from certs.ledger.checkpoint import open_note

ORIGIN = "id.localhost/audit"
CHECKPOINT = Checkpoint(origin=ORIGIN, size=7, root=leaf_hash(b"x"))
SIGNER = NoteSigner("id.localhost/audit", b"s" * 32)

# the example of golang.org/x/mod/sumdb/note, which the format comes from
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNATURE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
NOTE = f"{TEXT}\n— PeterNeumann {SIGNATURE}\n"


def test_somebody_elses_note_opens() -> None:
    assert open_note(NOTE, NoteVerifier.from_vkey(VKEY)) == TEXT


def test_a_checkpoint_round_trip() -> None:
    note = SIGNER.sign(CHECKPOINT)
    verifier = NoteVerifier.from_vkey(SIGNER.verifier.vkey)
    assert open_checkpoint(note, verifier, origin=ORIGIN) == CHECKPOINT
    assert note.startswith(f"{ORIGIN}\n7\n")
    assert "ssss" not in repr(SIGNER)


def test_a_line_of_another_key_is_left_alone() -> None:
    other = NoteSigner("witness.localhost", b"w" * 32)
    cosigned = SIGNER.sign(CHECKPOINT) + other.sign(CHECKPOINT).rpartition("\n\n")[2]
    for signer in (SIGNER, other):
        assert open_checkpoint(cosigned, signer.verifier, origin=ORIGIN) == CHECKPOINT


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda note: note.replace("\n7\n", "\n8\n"), "bad_signature"),
        (lambda note: note.replace(ORIGIN, "id.localhost/other", 1), "bad_signature"),
        (lambda note: note[:-1], "bad_note"),
        (lambda note: note.replace("\n\n", "\n"), "bad_note"),
        (lambda note: note.replace("— ", "- "), "bad_note"),
        (lambda note: note + "junk\n", "bad_note"),
        (lambda note: note + "x" * 70000 + "\n", "bad_note"),
        (lambda note: note + note.rpartition("\n\n")[2] * 40, "bad_note"),
        (lambda note: note.rpartition("\n\n")[0] + "\n\n", "bad_note"),
    ],
)
def test_a_note_that_was_changed_is_refused(change, code) -> None:
    with pytest.raises(LedgerError) as refusal:
        open_checkpoint(change(SIGNER.sign(CHECKPOINT)), SIGNER.verifier, origin=ORIGIN)
    assert refusal.value.code == code


def test_a_note_of_somebody_else_is_refused() -> None:
    stranger = NoteSigner("id.localhost/audit", b"t" * 32)
    with pytest.raises(LedgerError, match="not_signed"):
        open_checkpoint(stranger.sign(CHECKPOINT), SIGNER.verifier, origin=ORIGIN)
    with pytest.raises(LedgerError, match="other_origin"):
        open_checkpoint(SIGNER.sign(CHECKPOINT), SIGNER.verifier, origin="another")


@pytest.mark.parametrize("size", ["07", "-7", "7.0", "", "٧", "9" * 20])
def test_sizes_are_plain_decimals(size: str) -> None:
    root = base64.b64encode(CHECKPOINT.root).decode()
    text = f"{ORIGIN}\n{size}\n{root}\n"
    signature = SIGNER.verifier.key_id + SIGNER._key.sign(text.encode())
    line = f"— {SIGNER.verifier.name} {base64.b64encode(signature).decode()}\n"
    with pytest.raises(LedgerError, match="bad_checkpoint"):
        open_checkpoint(f"{text}\n{line}", SIGNER.verifier, origin=ORIGIN)


@pytest.mark.parametrize(
    "vkey",
    ["", "name", "name+00000000+AQ==", VKEY.replace("c74f", "c74e"), VKEY.replace("+AR", "+BR")],
)
def test_a_verifier_key_that_does_not_fit_is_refused(vkey: str) -> None:
    with pytest.raises(LedgerError, match="bad_vkey"):
        NoteVerifier.from_vkey(vkey)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "x" * 129])
def test_key_names_have_no_spaces_or_plus(name: str) -> None:
    with pytest.raises(LedgerError, match="bad_key_name"):
        NoteSigner(name, b"s" * 32)
