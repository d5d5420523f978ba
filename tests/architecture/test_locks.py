"""The locks: every package pinned by hash, and no address of anybody's package index."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if line.startswith(("#", " ")) or not line.strip():
            continue
        assert re.match(r"^[a-z0-9._\[\],-]+==[^ ]+ .*--hash=sha256:[0-9a-f]{64}", line), line[:80]


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_carries_an_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert re.search(r"https?://|--(extra-)?index-url|--find-links|file:", text) is None


def _names(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", (ROOT / lock).read_text(), re.MULTILINE))


def test_the_dev_lock_holds_the_same_versions_as_the_demo_lock() -> None:
    demo, dev = _names("requirements.lock"), _names("requirements-dev.lock")
    assert demo.items() <= dev.items()


def test_every_direct_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"]
    names = {re.split(r"[\[>=<;~ ]", each)[0].lower() for each in wanted}
    assert names <= _names("requirements.lock").keys()
    tools = {re.split(r"[\[>=<;~ ]", each)[0] for each in project["dependency-groups"]["dev"]}
    assert tools <= _names("requirements-dev.lock").keys()
