from pathlib import Path

import pytest

from certs.trustlist import publish
from certs.verification import command
from tests.world.papers import flipped, page
from tests.world.pki import DAY, Pki


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


@pytest.fixture
def folder(tmp_path: Path, pki: Pki) -> Path:
    signed = pki.sign(page(), pki.leaf(common_name="CHAN \x1b[31m Tai Man"))
    (tmp_path / "good.pdf").write_bytes(signed)
    (tmp_path / "bad.pdf").write_bytes(flipped(signed, signed.index(b"stream") + 12))
    (tmp_path / "plain.pdf").write_bytes(page())
    listed = publish(pki.trust_list(), sign=pki.issuing.signer.sign_digest)
    (tmp_path / "list.json").write_bytes(listed)
    return tmp_path


@pytest.mark.parametrize(("file", "code"), [("good.pdf", 0), ("bad.pdf", 1), ("plain.pdf", 2)])
def test_exit_codes_follow_the_indication(folder: Path, pki: Pki, file: str, code: int) -> None:
    report, found = command.run(folder / file, folder / "list.json", now=pki.now + DAY)
    assert found == code, report
    assert report["indication"] in command.render(report)


def test_what_cannot_run_is_exit_3(folder: Path, pki: Pki) -> None:
    missing, code = command.run(folder / "none.pdf", folder / "list.json", now=pki.now)
    assert (missing["error"], code) == ("cannot_read", 3)
    (folder / "broken.json").write_bytes(b"{}")
    broken, code = command.run(folder / "good.pdf", folder / "broken.json", now=pki.now)
    assert (broken["error"], code) == ("trust_list", 3)
    assert command.render(broken).startswith("could not run: trust_list")


def test_the_text_says_what_failed_and_hides_control_characters(folder: Path, pki: Pki) -> None:
    report, _ = command.run(folder / "bad.pdf", folder / "list.json", now=pki.now + DAY)
    text = command.render(report)
    assert "FAIL digest: DIGEST_MISMATCH" in text
    assert "(demonstration)" in text
    assert "\x1b" not in text
