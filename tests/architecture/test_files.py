"""Budgets and habits of the source, so that a newcomer can read any file in one go."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("onechop", "certs", "look", "idp", "relying_party")
MAX_LINES = 300

LONGER: dict[str, str] = {
    "idp/storage/migrations/versions/0001_initial.py": "the whole first schema, generated",
}
"""File → why it may have more than MAX_LINES lines."""

UNWANTED = {
    r"\bTO" + r"DO\b": "do it, or open an issue",
    r"\bFIX" + r"ME\b": "mend it",
    r"\bXX" + r"X\b": "say it in words",
    r"(?<![\w.:/{}])/(?:home|Users|work|root)/\w": "a path of somebody's machine",
    r"(?<![\w.:/{}])/tmp/\w": "a path of somebody's machine",
}
VENDORED = ("look/static/vendor/", "look/fonts/", "idp/web/static/vendor/")
TEXT = {".py", ".md", ".html", ".css", ".js", ".toml", ".sh", ".yml", ".po", ".txt", ".json", ""}


def tracked() -> list[Path]:
    """Every file of the repository, whether committed yet or not; nothing that is ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def sources() -> list[Path]:
    return [
        path for path in tracked() if path.suffix == ".py" and _name(path).split("/")[0] in ROOMS
    ]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_files_are_short_or_say_why() -> None:
    lengths = {_name(path): len(path.read_text().splitlines()) for path in sources()}
    long = {name: lines for name, lines in lengths.items() if lines > MAX_LINES}
    assert set(long) <= set(LONGER), f"split these, or say why in LONGER: {long}"
    assert all(lengths.get(name, 0) > MAX_LINES for name in LONGER), "LONGER lists a short file"


def test_no_file_is_called_after_nothing() -> None:
    vague = {"utils", "helpers", "common", "misc", "util", "helper"}
    assert [_name(path) for path in sources() if path.stem in vague] == []


@pytest.mark.parametrize(("pattern", "why"), UNWANTED.items(), ids=lambda value: value[:12])
def test_nothing_unwanted_is_written_anywhere(pattern: str, why: str) -> None:
    found = [
        f"{_name(path)}:{number}: {line.strip()[:90]}"
        for path in tracked()
        if path.suffix in TEXT and not _name(path).startswith(VENDORED) and path != Path(__file__)
        for number, line in enumerate(_lines(path), 1)
        if re.search(pattern, line)
    ]
    assert found == [], why


def _lines(path: Path) -> list[str]:
    return path.read_text(errors="replace").splitlines()


def _public_without_docstring(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    if ast.get_docstring(tree) is None and tree.body:
        yield _name(path)
    for node in tree.body:
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if named and not node.name.startswith("_") and ast.get_docstring(node) is None:
            yield f"{_name(path)}: {node.name}"


def test_what_is_public_says_what_it_does() -> None:
    quiet = [
        found
        for path in sources()
        if "migrations/versions" not in _name(path)
        for found in _public_without_docstring(path)
    ]
    assert quiet == []


def test_test_folders_are_no_packages() -> None:
    assert [_name(path) for path in (ROOT / "tests").rglob("__init__.py")] == []


def test_no_key_and_no_database_is_in_the_tree() -> None:
    suffixes = {".key", ".p12", ".pfx", ".db", ".sqlite", ".sqlite3", ".kek"}
    kept = [_name(path) for path in tracked() if path.suffix in suffixes]
    private = [
        _name(path)
        for path in tracked()
        if path.suffix in {".pem", ".json", ".txt"} and b"PRIVATE KEY-----" in path.read_bytes()
    ]
    assert kept + private == []
