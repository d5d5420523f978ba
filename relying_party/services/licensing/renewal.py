"""The rules of a renewal: who may renew when, what it costs, what must be answered. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from look.languages import N_


class LicenceKind(StrEnum):
    """What is licensed."""

    VEHICLE = "vehicle"
    DRIVING = "driving"


class State(StrEnum):
    """How far an application is. It only ever moves along `MOVES`."""

    DRAFT = "draft"  # being filled in
    READY = "ready"  # answers confirmed; the document is fixed
    SIGNED = "signed"  # signed, and the signature checked by us
    PAID = "paid"  # paid; the licence is decided and must be made
    ISSUED = "issued"  # the sealed licence is there


MOVES: Final = {
    State.DRAFT: (State.READY,),
    State.READY: (State.DRAFT, State.SIGNED),
    State.SIGNED: (State.PAID,),
    State.PAID: (State.ISSUED,),
    State.ISSUED: (),
}

STEPS: Final = (
    N_("Details"),
    N_("Check"),
    N_("Sign"),
    N_("Pay"),
    N_("Licence"),
)

#: How long before the end a licence can be renewed.
RENEWABLE_BEFORE: Final = timedelta(days=120)

MATTER: Final = "licence_application"
"""The slug by which the identity provider and our own check look up ETO Schedule 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the form. `claim` is the OneChop claim that can fill it."""

    name: str
    label: str
    hint: str = ""
    claim: str | None = None
    max_length: int = 120
    required: bool = True
    autocomplete: str = ""
    input_mode: str = ""
    language: str | None = None
    kind: LicenceKind | None = None  # None: asked for every kind


FIELDS: Final = (
    Field(
        name="name_en",
        label=N_("Name in English"),
        hint=N_("As on the identity card: surname, then given names"),
        claim="name_en",
        autocomplete="name",
        language="en",
    ),
    Field(
        name="name_zh",
        label=N_("Name in Chinese"),
        claim="name_zh",
        max_length=20,
        required=False,
        language="zh-Hant-HK",
    ),
    Field(
        name="hkid",
        label=N_("Hong Kong identity card number"),
        hint=N_("For example A123456(3)"),
        claim="hkid",
        max_length=12,
    ),
    Field(
        name="phone_number",
        label=N_("Mobile phone number"),
        claim="phone_number",
        max_length=20,
        required=False,
        autocomplete="tel",
        input_mode="tel",
    ),
    Field(
        name="email",
        label=N_("Email address"),
        claim="email",
        required=False,
        autocomplete="email",
        input_mode="email",
    ),
    Field(
        name="address",
        label=N_("Correspondence address"),
        hint=N_("Flat, floor, building, street, district"),
        claim="address",
        max_length=200,
        autocomplete="street-address",
    ),
    Field(
        name="insurance_policy",
        label=N_("Number of the third-party insurance policy"),
        hint=N_("It must cover the whole period of the new licence. Any text will do here."),
        max_length=30,
        kind=LicenceKind.VEHICLE,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer and where it came from: `typed`, or a source named by the identity provider."""

    value: str
    source: str = "typed"
    as_of: str = ""

    @property
    def from_profile(self) -> bool:
        """Whether OneChop filled it in."""
        return self.source != "typed"

    @property
    def as_of_date(self) -> date | None:
        """The day the value was known to be right, if it was told."""
        try:
            return date.fromisoformat(self.as_of)
        except ValueError:
            return None


Answers = Mapping[str, Answer]


def fields_for(kind: LicenceKind) -> tuple[Field, ...]:
    """The fields of the form for one kind of licence."""
    return tuple(field for field in FIELDS if field.kind in (None, kind))


def problems(kind: LicenceKind, answers: Answers) -> dict[str, str]:
    """What is still wrong with the answers: field → code (`missing`, `not_a_number`, …)."""
    found: dict[str, str] = {}
    for field in fields_for(kind):
        value = answers[field.name].value if field.name in answers else ""
        if not value:
            if field.required:
                found[field.name] = "missing"
        elif (code := _wrong(field.name, value)) is not None:
            found[field.name] = code
    return found


def _wrong(name: str, value: str) -> str | None:
    match name:
        case "hkid":
            return None if hkid_is_valid(value) else "bad_hkid"
        case "phone_number":
            return None if re.fullmatch(r"\+?[0-9][0-9 ]{6,18}", value) else "bad_phone"
        case "email":
            return None if re.fullmatch(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+", value) else "bad_email"
        case _:
            return None


def hkid_is_valid(number: str) -> bool:
    """Decide whether the check digit fits: weights 9 to 1 over letters and digits, modulo 11.

    A missing first letter counts as a space, 36.
    """
    plain = re.sub(r"[()\s]", "", number.upper())
    if not re.fullmatch(r"[A-Z]{1,2}[0-9]{6}[0-9A]", plain):
        return False
    padded = plain.rjust(9)
    values = [36 if c == " " else int(c, 36) for c in padded]
    return (
        sum(weight * value for weight, value in zip(range(9, 0, -1), values, strict=True)) % 11 == 0
    )


def renewable_from(valid_until: date) -> date:
    """The first day on which a licence can be renewed."""
    return valid_until - RENEWABLE_BEFORE


def fee_cents(kind: LicenceKind) -> int:
    """The fee in cents. Figures of this demonstration, not of any department."""
    return 546_000 if kind is LicenceKind.VEHICLE else 90_000


def new_period(kind: LicenceKind, old_until: date, today: date) -> tuple[date, date]:
    """The new licence's first and last day: from the day after the old one ends.

    A licence that has run out begins again today. A vehicle licence is for one year, a driving
    licence for ten; 29 February becomes 28 February.
    """
    start = max(old_until + timedelta(days=1), today)
    years = 1 if kind is LicenceKind.VEHICLE else 10
    try:
        end = start.replace(year=start.year + years)
    except ValueError:
        end = start.replace(year=start.year + years, day=28)
    return start, end - timedelta(days=1)
