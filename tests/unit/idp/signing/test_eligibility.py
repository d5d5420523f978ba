"""Eligibility: the Ordinance's exclusions, as data."""

from __future__ import annotations

import pytest

from idp.signing.eligibility import (
    Eligible,
    Excluded,
    SignatureRule,
    UnknownMatter,
    builtin,
    judge,
    load,
)


@pytest.mark.parametrize(
    ("slug", "item"),
    [
        ("will", 1),
        ("trust", 2),
        ("power_of_attorney", 3),
        ("stampable_instrument", 4),
        ("government_lease", 5),
        ("land_registry_document", 6),
        ("property_contract", 7),
        ("tenancy_agreement", 7),
        ("floating_charge", 8),
        ("oath", 9),
        ("affidavit", 9),
        ("statutory_declaration", 10),
        ("judgment", 11),
        ("court_order", 11),
        ("warrant", 12),
        ("negotiable_instrument", 13),
        ("cheque", 13),
    ],
)
@pytest.mark.parametrize("government", [True, False])
def test_schedule_1_is_excluded_on_either_side(slug: str, item: int, *, government: bool) -> None:
    verdict = judge(builtin(), slug, government=government)
    assert verdict == Excluded(code="ETO_EXCLUDED_SCH1", item=item)


def test_every_item_of_schedule_1_is_there() -> None:
    items = {m.item for m in builtin().by_slug.values()}
    assert items - {None} == set(range(1, 14))


@pytest.mark.parametrize(
    ("slug", "code"),
    [("court_document", "ETO_EXCLUDED_S13"), ("witnessed_document", "ETO_EXCLUDED_S16")],
)
def test_other_sections_close_a_matter(slug: str, code: str) -> None:
    assert judge(builtin(), slug, government=True) == Excluded(code=code, item=None)


def test_government_on_either_side_asks_for_section_6_1a() -> None:
    found = judge(builtin(), "licence_renewal", government=True)
    assert found == Eligible(rule=SignatureRule.GOVERNMENT)
    found = judge(builtin(), "private_agreement", government=False)
    assert found == Eligible(rule=SignatureRule.PRIVATE)


@pytest.mark.parametrize("slug", ["", "something", "Will", "will ", "licence_renewal\n"])
def test_nothing_is_eligible_by_default(slug: str) -> None:
    assert judge(builtin(), slug, government=False) == UnknownMatter()


@pytest.mark.parametrize(
    "entry", ["{ item = 0 }", "{ item = 14 }", '{ section = "9" }', '{ item = 1, section = "13" }',
              "{ itme = 1 }"],
)  # fmt: skip
def test_list_that_contradicts_itself_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="a_matter"):
        load(f"as_of = 2026-01-01\n[matters]\na_matter = {entry}\n")


def test_list_needs_its_date() -> None:
    with pytest.raises((ValueError, KeyError)):
        load('as_of = "yesterday"\n[matters]\n')
