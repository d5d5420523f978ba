"""How a resident's data is shown: names by language, values masked where they identify."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from idp.domain.approval import ClaimRequest
from idp.domain.person import Attribute, Person, Source
from idp.identity import hkid


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """What a page may say about a resident."""

    name: str  # in the page's language where there is one
    name_language: str  # of `name`, for the lang attribute
    name_en: str
    name_zh: str | None
    masked_hkid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One requested field, as the citizen sees it before deciding."""

    claim: str
    essential: bool
    value: str | None  # None: nothing is held
    masked: str | None
    source: Source | None
    as_of: date | None

    @property
    def is_masked(self) -> bool:
        """Tell whether the shown form hides a part."""
        return self.masked != self.value


def person_view(person: Person, language: str) -> PersonView:
    """Choose the name for a page: Chinese on Chinese pages where one is registered."""
    name_en = person.value("name_en") or ""
    name_zh = person.value("name_zh")
    chinese = language.startswith("zh") and name_zh is not None
    return PersonView(
        name=name_zh if chinese and name_zh else name_en,
        name_language="zh-Hant-HK" if chinese else "en",
        name_en=name_en,
        name_zh=name_zh,
        masked_hkid=hkid.parse(person.value("hkid") or "").masked,
    )


def fields_view(person: Person, claims: tuple[ClaimRequest, ...]) -> tuple[FieldView, ...]:
    """Put each requested field beside what is held, required ones first."""
    held = {a.claim: a for a in person.attributes}
    ordered = sorted(claims, key=lambda c: not c.essential)
    return tuple(_field(request, held.get(request.claim)) for request in ordered)


def masked(claim: str, value: str) -> str:
    """Hide the middle of what identifies; leave the rest as it is."""
    if claim == "hkid":
        return hkid.parse(value).masked
    if claim == "phone_number":
        return value[:-6] + "•••• " + value[-2:] if len(value) > 8 else "••••"
    if claim == "email":
        local, _, domain = value.partition("@")
        return f"{local[:2]}•••@{domain}"
    return value


def _field(request: ClaimRequest, attribute: Attribute | None) -> FieldView:
    return FieldView(
        claim=request.claim,
        essential=request.essential,
        value=attribute.value if attribute else None,
        masked=masked(request.claim, attribute.value) if attribute else None,
        source=attribute.source if attribute else None,
        as_of=attribute.as_of if attribute else None,
    )
