"""The residents of the demonstration: read from data, checked, every one of them synthetic."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Final

from idp.domain.person import Attribute, Person, Source
from idp.identity import hkid

DATA: Final = Path(__file__).with_name("demo_residents.toml")
REGISTERED: Final = ("hkid", "name_en", "name_zh", "birthdate", "gender")
SELF_DECLARED: Final = ("email", "phone_number", "address")


def read_residents(text: str) -> tuple[Person, ...]:
    """Read residents from TOML.

    Raises ValueError for an unknown key, a wrong check character, a number outside the
    synthetic range, or a person_id used twice.
    """
    residents = tuple(_resident(entry) for entry in tomllib.loads(text)["resident"])
    if len({r.person_id for r in residents}) != len(residents):
        raise ValueError("a person_id is used twice")
    return residents


def _resident(entry: dict[str, Any]) -> Person:
    known = {"person_id", "note", "certificate_problem", "registered_on", "declared"}
    unknown = set(entry) - known - set(REGISTERED)
    if unknown:
        raise ValueError(f"unknown keys: {sorted(unknown)}")
    if not hkid.is_synthetic(hkid.parse(entry["hkid"])):
        raise ValueError("a demonstration holds no real identity number")
    registered_on: date = entry["registered_on"]
    attributes = [
        Attribute(claim=c, value=str(entry[c]), source=Source.REGISTERED, as_of=registered_on)
        for c in REGISTERED
        if c in entry
    ]
    attributes += [_declared(claim, stated) for claim, stated in entry.get("declared", {}).items()]
    return Person(
        person_id=entry["person_id"],
        attributes=tuple(attributes),
        note=entry["note"],
        certificate_problem=entry.get("certificate_problem"),
    )


def _declared(claim: str, stated: dict[str, Any]) -> Attribute:
    if claim not in SELF_DECLARED:
        raise ValueError(f"not a field that residents declare: {claim}")
    return Attribute(
        claim=claim, value=stated["value"], source=Source.SELF_DECLARED, as_of=stated["as_of"]
    )
