"""May this matter be signed electronically, and under which rule? Asked before any cryptography.

Matters are data (`matters.toml`), each with its item of Schedule 1, as of a date: the Schedules
are amended by order. A matter that is not listed is refused: nothing is eligible by default.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

SCHEDULE_1_ITEMS: Final = 13


class SignatureRule(StrEnum):
    """Which subsection of section 6 a signature must satisfy."""

    GOVERNMENT = "6(1A)"  # a government entity on either side: a digital signature only
    PRIVATE = "6(1)"  # private parties: any reliable electronic signature, with consent


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a document is about; `item` or `section` is set where it may not be signed here."""

    slug: str
    item: int | None = None  # of Schedule 1
    section: str | None = None  # of the Ordinance: 13 or 16

    @property
    def is_open(self) -> bool:
        """Tell whether nothing closes this matter to electronic signatures."""
        return self.item is None and self.section is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """The list, with the date it was taken down."""

    as_of: date
    by_slug: Mapping[str, Matter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """The matter may be signed, under this rule."""

    rule: SignatureRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """The matter may not be signed electronically: on paper only."""

    code: str  # ETO_EXCLUDED_SCH1, ETO_EXCLUDED_S13, ETO_EXCLUDED_S16
    item: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownMatter:
    """Nobody has decided about such a matter yet."""


Eligibility: TypeAlias = Eligible | Excluded | UnknownMatter


def judge(matters: Matters, slug: str, *, government: bool) -> Eligibility:
    """Decide whether a matter may be signed electronically (ETO ss. 3, 13, 16, Schedule 1).

    `government` says that a government entity stands on either side: then section 6(1A) asks
    for a digital signature with a recognised certificate.
    """
    matter = matters.by_slug.get(slug)
    if matter is None:
        return UnknownMatter()
    if matter.item is not None:
        return Excluded(code="ETO_EXCLUDED_SCH1", item=matter.item)
    if matter.section is not None:
        return Excluded(code=f"ETO_EXCLUDED_S{matter.section}", item=None)
    return Eligible(rule=SignatureRule.GOVERNMENT if government else SignatureRule.PRIVATE)


def load(text: str) -> Matters:
    """Read a list of matters; raises ValueError for one that contradicts itself."""
    raw: dict[str, Any] = tomllib.loads(text)
    as_of = raw["as_of"]
    if type(as_of) is not date:
        raise ValueError("as_of is a date")
    found = {slug: _matter(slug, entry) for slug, entry in raw["matters"].items()}
    return Matters(as_of=as_of, by_slug=MappingProxyType(found))


@cache
def builtin() -> Matters:
    """The list that comes with the system (`matters.toml`)."""
    return load(Path(__file__).with_name("matters.toml").read_text("utf-8"))


def _matter(slug: str, entry: Mapping[str, Any]) -> Matter:
    if entry.keys() - {"item", "section"} or {"item", "section"} <= entry.keys():
        raise ValueError(f"{slug}: one of item and section, or neither")
    matter = Matter(slug=slug, item=entry.get("item"), section=entry.get("section"))
    if matter.item is not None and not 1 <= matter.item <= SCHEDULE_1_ITEMS:
        raise ValueError(f"{slug}: Schedule 1 has {SCHEDULE_1_ITEMS} items")
    if matter.section not in {None, "13", "16"}:
        raise ValueError(f"{slug}: section {matter.section} closes nothing")
    return matter
