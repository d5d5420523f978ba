"""The import contracts can fail: for each kind of breach, one is planted and must be caught."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("onechop", "certs", "look", "idp", "relying_party")

BREACHES = {
    "rooms: certs knows nothing of ours": ("certs/base/oids.py", "import idp"),
    "rooms: idp and departments meet over HTTP": ("idp/domain/values.py", "import relying_party"),
    "departments use one file of certs": ("relying_party/settings.py", "import certs.base"),
    "certs: a lower ring looks up": ("certs/base/oids.py", "import certs.keys.signer"),
    "certs: the checker uses the maker": (
        "certs/verification/__init__.py",
        "import certs.keys.signer",
    ),
    "certs: pyHanko elsewhere": ("certs/base/oids.py", "import pyhanko.sign"),
    "certs: a web framework": ("certs/base/oids.py", "import fastapi"),
    "idp: rules look up": ("idp/domain/values.py", "import idp.ports"),
    "idp: a framework in the rules": ("idp/domain/values.py", "import fastapi"),
    "idp: SQL outside storage": ("idp/domain/values.py", "import sqlalchemy"),
    "idp.protocol: rooms": ("idp/protocol/jose/__init__.py", "import idp.protocol.client"),
    "idp: settings below the roots": ("idp/flows/__init__.py", "import idp.settings"),
    "departments: settings look up": ("relying_party/settings.py", "import relying_party.oidc"),
    "a new room without a place": ("idp/newroom.py", "'''A room.'''"),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    for room in ROOMS:
        ignored = shutil.ignore_patterns("*.pyc", "__pycache__", "fonts", "static", "locales")
        shutil.copytree(ROOT / room, folder / room, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys; sys.path[:0] = ['.'];"
        "from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    )
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_contracts_hold(tree: Path) -> None:
    done = _lint(tree)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("name", "line"), BREACHES.values(), ids=BREACHES)
def test_a_breach_is_caught(tree: Path, name: str, line: str) -> None:
    file = tree / name
    before = file.read_bytes() if file.exists() else None
    file.write_bytes((before or b"") + b"\n" + line.encode() + b"\n")
    try:
        done = _lint(tree)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)
    assert done.returncode == 1, done.stdout
    assert "BROKEN" in done.stdout
