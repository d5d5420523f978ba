"""The reference page and the schema know every code, and no code that does not exist."""

import ast
import json
import re
from pathlib import Path

import pytest

from certs.verification import CheckId, EtoCode, Integrity, Reason, SubIndication, codes
from tests.world.verdicts import SCHEMA, validator

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "reference" / "verification-report.md").read_text()
NAMED = set(re.findall(r"^\| `([A-Za-z0-9_]+)` \|", PAGE, re.MULTILINE))
SOURCES = sorted((ROOT / "certs" / "verification").rglob("*.py"))


@pytest.mark.parametrize("family", [CheckId, EtoCode, Integrity, Reason, SubIndication])
def test_every_code_is_explained(family: type) -> None:
    assert {member.value for member in family} <= NAMED


def test_nothing_is_explained_that_does_not_exist() -> None:
    families = (CheckId, EtoCode, Integrity, Reason, SubIndication)
    assert NAMED - {"integrity"} <= {member.value for family in families for member in family}


@pytest.mark.parametrize("family", [EtoCode, Reason, SubIndication])
def test_every_code_can_be_emitted(family: type) -> None:
    """A code that no source mentions would be a promise nobody keeps."""
    used = {
        node.attr
        for source in SOURCES
        if source.name != "codes.py"
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == family.__name__
    }
    assert {member.name for member in family} == used


def test_the_schema_knows_the_same_codes() -> None:
    validator()
    known = json.loads(SCHEMA.read_text())["$defs"]
    assert set(known["reason_or_none"]["enum"]) == {*(m.value for m in Reason), None}
    assert set(known["sub_indication"]["enum"]) == {*(m.value for m in SubIndication), None}
    assert set(known["integrity"]["enum"]) == {m.value for m in Integrity}


def test_indications_on_the_page_are_those_of_the_code() -> None:
    for sub in SubIndication:
        row = re.search(rf"^\| `{sub}` \| `([A-Z-]+)` \|", PAGE, re.MULTILINE)
        assert row is not None
        assert row[1] == codes.indication_of(sub)
