"""The first start makes everything once; a later one changes nothing that was made."""

import json
import shutil
import stat
from pathlib import Path

import pytest

from onechop.errors import Failure
from onechop.layout import Layout
from onechop.prepare import prepare


def _layout(folder: Path) -> Layout:
    return Layout(data=folder / "var", port_idp=8164, port_departments=8165)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    prepare(_layout(folder))
    return folder


@pytest.fixture
def layout(tmp_path: Path, prepared: Path) -> Layout:
    """A data folder after its first start."""
    shutil.copytree(prepared / "var", tmp_path / "var")
    return _layout(tmp_path)


def _kept(layout: Layout) -> dict[str, bytes]:
    files = [*layout.pki.rglob("*.cer"), *layout.data.rglob("*.pem"), layout.passphrase_file]
    return {str(file): file.read_bytes() for file in files}


def test_a_second_start_keeps_every_key_and_certificate(layout: Layout) -> None:
    before = _kept(layout)
    prepare(layout)
    assert _kept(layout) == before
    assert len(before) > 10


def test_nothing_secret_can_be_read_by_others(layout: Layout) -> None:
    secret = [*layout.data.rglob("*.key.pem"), layout.passphrase_file]
    assert [file for file in secret if stat.S_IMODE(file.stat().st_mode) & 0o077] == []
    assert stat.S_IMODE(layout.pki.stat().st_mode) & 0o077 == 0


def test_ports_are_remembered_before_the_ceremony(tmp_path: Path) -> None:
    layout = _layout(tmp_path)
    layout.pki.parent.mkdir(parents=True)
    layout.pki.write_text("in the way")
    with pytest.raises(Failure) as failed:
        prepare(layout)
    assert failed.value.code == "pki"
    assert json.loads(layout.state_file.read_text())["port_idp"] == 8164


def test_a_lost_passphrase_is_explained(layout: Layout) -> None:
    layout.passphrase_file.unlink()
    with pytest.raises(Failure) as failed:
        prepare(layout)
    assert failed.value.code == "pki"


def test_a_database_that_cannot_be_prepared_is_explained(layout: Layout) -> None:
    for file in layout.idp.glob("idp.sqlite3*"):
        file.unlink()
    (layout.idp / "idp.sqlite3").mkdir()
    with pytest.raises(Failure) as failed:
        prepare(layout)
    assert failed.value.code == "prepare"
    assert "log ends" in failed.value.message
