"""What is not ours is exactly what its record says."""

import hashlib
import json
from pathlib import Path

import pytest

import look

LOOK = Path(look.__file__).parent
RECORDS = sorted(LOOK.rglob("VENDORED.json"))


def test_there_are_records() -> None:
    assert [path.parent.name for path in RECORDS] == ["fonts", "vendor"]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.parent.name)
def test_files_are_as_recorded(path: Path) -> None:
    record = json.loads(path.read_text("utf-8"))
    for name, digest in record["files"].items():
        assert hashlib.sha256((path.parent / name).read_bytes()).hexdigest() == digest, name
    assert record["licence"]
    assert record["recipe"].startswith("python tools/")


def test_nothing_unrecorded_lies_beside_the_decoder() -> None:
    folder = LOOK / "static" / "vendor"
    record = json.loads((folder / "VENDORED.json").read_text("utf-8"))
    assert {path.name for path in folder.iterdir()} == {*record["files"], "VENDORED.json"}


def test_licences_lie_beside_the_files() -> None:
    assert "SIL OPEN FONT LICENSE" in (LOOK / "fonts" / "OFL.txt").read_text("utf-8")
    assert "MIT License" in (LOOK / "static/vendor/qr-LICENSE-MIT.txt").read_text("utf-8")
