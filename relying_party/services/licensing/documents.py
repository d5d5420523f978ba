"""The two documents of a renewal: the application the citizen signs, the licence they get.

Pure functions of their values: the same application makes the same pages.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from look.formats import date_long, date_time, hong_kong, money
from look.languages import N_, Language, Translations
from relying_party.services.licensing.decided import Issue
from relying_party.services.licensing.paper import WIDTH, Languages, Paper
from relying_party.services.licensing.records import Application
from relying_party.services.licensing.renewal import (
    LicenceKind,
    fee_cents,
    fields_for,
    new_period,
)

DEPARTMENT: Final = N_("Licensing Services")
MARK: Final = N_("Demonstration — not a government document. It has no legal effect.")

APPLICATION_TITLE: Final = {
    LicenceKind.VEHICLE: N_("Application to renew a vehicle licence"),
    LicenceKind.DRIVING: N_("Application to renew a driving licence"),
}
LICENCE_TITLE: Final = {
    LicenceKind.VEHICLE: N_("Vehicle licence"),
    LicenceKind.DRIVING: N_("Driving licence"),
}
DETAIL_LABEL: Final = {
    LicenceKind.VEHICLE: N_("Registration mark"),
    LicenceKind.DRIVING: N_("Classes of vehicle"),
}
_SOURCES: Final = {
    "registered": N_("From the OneChop profile: registered"),
    "self_declared": N_("From the OneChop profile: given by the applicant"),
}
_DECLARATION: Final = N_(
    "I declare that the details above are true and complete, and I apply for this renewal. "
    "I sign this application with my digital signature."
)
_CHECK: Final = N_(
    "This licence carries the electronic seal of the department. To check it, scan the code and "
    "choose this file: the page says whether the seal is good and whether anything was changed."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes documents in English and the reader's Chinese."""

    translations: Translations
    language: Language

    def application(self, wanted: Application, now: datetime) -> bytes:
        """The application as it is to be signed, with every value on it."""
        languages = self._languages()
        kind = wanted.licence.kind
        title = APPLICATION_TITLE[kind]
        paper = Paper(languages, department=DEPARTMENT, mark=MARK, title=title, made_at=now)
        paper.heading(title)
        paper.row(N_("Application number"), wanted.application_id)
        paper.row(N_("Made on"), self._date_time(now))
        paper.row(N_("Licence number"), wanted.licence.number)
        paper.row(DETAIL_LABEL[kind], wanted.licence.detail)
        today = hong_kong(now).date()
        start, end = new_period(kind, wanted.licence.valid_until, today)
        paper.row(
            N_("Period of the new licence"),
            f"{date_long(start, 'en')} – {date_long(end, 'en')}",
            f"{date_long(start, self._chinese)} – {date_long(end, self._chinese)}",
        )
        paper.row(N_("Fee"), money(fee_cents(kind) // 100, "en"))
        for field in fields_for(kind):
            answer = wanted.answers.get(field.name)
            source = _SOURCES.get(answer.source, "") if answer else ""
            note = "  ".join(filter(None, languages.both(source))) if source else ""
            paper.row(field.label, answer.value if answer else "", note)
        paper.set_y(paper.get_y() + 5)
        paper.paragraph(_DECLARATION)
        return paper.finished()

    def licence(self, wanted: Application, made: Issue, verify_url: str) -> bytes:
        """The licence, ready to be sealed."""
        languages = self._languages()
        kind = wanted.licence.kind
        title = LICENCE_TITLE[kind]
        paper = Paper(
            languages, department=DEPARTMENT, mark=MARK, title=title, made_at=made.decided_at
        )
        paper.heading(title, size=26)
        top = paper.get_y()
        half = WIDTH / 2 - 3
        paper.box(DETAIL_LABEL[kind], wanted.licence.detail, x=20, y=top, width=half)
        paper.box(
            N_("Valid until"), date_long(made.valid_until, "en"), x=26 + half, y=top, width=half
        )
        paper.set_xy(20, top + 33)
        name_zh = wanted.answers.get("name_zh")
        paper.row(N_("Licence number"), made.number)
        paper.row(
            N_("Holder"),
            wanted.answers["name_en"].value + (f"  {name_zh.value}" if name_zh else ""),
        )
        paper.row(N_("Valid from"), self._both_dates(made.valid_from))
        paper.row(N_("Valid until"), self._both_dates(made.valid_until))
        if "insurance_policy" in wanted.answers:
            paper.row(N_("Insurance policy"), wanted.answers["insurance_policy"].value)
        paper.row(N_("Fee paid"), money(fee_cents(kind) // 100, "en"))
        paper.row(N_("Receipt number"), made.receipt_number)
        paper.row(N_("Issued on"), self._date_time(made.decided_at))
        paper.set_y(paper.get_y() + 8)
        bottom = paper.get_y()
        paper.qr(verify_url, x=20, y=bottom, size=38)
        paper.set_left_margin(64)
        paper.set_xy(64, bottom + 4)
        paper.set_right_margin(20)
        english, chinese = languages.both(_CHECK)
        paper.write_text(english, 9.5, width=WIDTH - 44)
        paper.set_y(paper.get_y() + 1)
        paper.set_x(64)
        if chinese:
            paper.write_text(chinese, 9.5, width=WIDTH - 44)
        paper.set_left_margin(20)
        return paper.finished()

    @property
    def _chinese(self) -> Language:
        return "zh-Hans" if self.language == "zh-Hans" else "zh-Hant-HK"

    def _languages(self) -> Languages:
        return Languages(
            english=self.translations.gettext("en"),
            chinese=self.translations.gettext(self._chinese),
        )

    def _date_time(self, moment: datetime) -> str:
        return f"{date_time(moment, 'en')}  {date_time(moment, self._chinese)}"

    def _both_dates(self, value: date) -> str:
        return f"{date_long(value, 'en')}  {date_long(value, self._chinese)}"
