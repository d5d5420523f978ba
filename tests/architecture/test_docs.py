"""The docs say what the code says: pages from the code have not drifted, links lead somewhere."""

import re
import subprocess
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from idp.domain.errors import ErrorCode
from onechop.errors import CATALOGUE

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FOLDERS = "onechop|certs|idp|look|relying_party|tests|tools|bench|docs"
NAMED = rf"`((?:{FOLDERS})/[\w./-]+)(?:::(\w+))?`"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


def _reference() -> ModuleType:
    spec = spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["cli.md", "events.md", "settings.md"])
def test_pages_that_come_from_the_code_have_not_drifted(page: str) -> None:
    written = (DOCS / "reference" / page).read_text()
    assert written == _reference().PAGES[page](), "run: make format"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith(("http://", "https://", "#", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve()
        assert file.exists(), f"{target} leads nowhere"
        if anchor and file.suffix == ".md":
            assert anchor in _anchors(file), f"{target}: no such heading"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_error_code_is_explained_and_no_other() -> None:
    wire, _, command = (
        (DOCS / "reference" / "errors.md").read_text().partition("## On the command line")
    )
    explained = re.findall(r"^\| `([a-z_]+)` \|", wire, re.MULTILINE)
    assert sorted(explained) == sorted(code.value for code in ErrorCode)
    assert sorted(re.findall(r"^### (\w+)$", command, re.MULTILINE)) == sorted(CATALOGUE)


def test_every_code_the_command_raises_is_in_the_catalogue() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "onechop").rglob("*.py"))
    raised = set(re.findall(r'Failure\(\s*"(\w+)"', sources))
    assert raised <= set(CATALOGUE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_and_tests_that_pages_name_exist(page: Path) -> None:
    named = (
        r"`((?:onechop|certs|idp|look|relying_party|tests|tools|bench|docs)/[\w./-]+)(?:::(\w+))?`"
    )
    for path, test in re.findall(named, page.read_text()):
        assert (ROOT / path).exists(), f"{page.name} names {path}"
        if test:
            assert f"def {test}(" in (ROOT / path).read_text(), f"{page.name} names {path}::{test}"


def test_the_makefile_says_what_it_can() -> None:
    help_text = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for target in ("demo", "test", "check", "interop", "format", "lock", "bench", "words"):
        assert f"make {target}" in help_text


def test_decisions_are_numbered_once_and_have_their_parts() -> None:
    pages = sorted((DOCS / "adr").glob("[0-9]*.md"))
    numbers = [page.name[:4] for page in pages]
    assert len(set(numbers)) == len(numbers)
    for page in pages:
        text = page.read_text()
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        for part in ("Status: ", "## Context", "## Decision", "## Cost"):
            assert part in text, f"{page.name}: {part}"
