"""After payment: make the licence, have it sealed, tell the citizen. Resumable at every point.

The payment's transaction decides everything (number, period, receipt). What is left is pending
rows, and `catch_up` does them: at once after the payment, on reload, and after a crash.
"""

import asyncio
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

import structlog

from look.formats import date_long
from look.languages import LANGUAGES, N_, Language, Translations
from relying_party.notices import OutgoingNotice
from relying_party.oidc import Refused, Unreachable
from relying_party.services.licensing import decided, records
from relying_party.services.licensing.decided import Issue
from relying_party.services.licensing.documents import LICENCE_TITLE, Writer
from relying_party.services.licensing.records import Application, Licence
from relying_party.services.licensing.renewal import renewable_from
from relying_party.web.kit import Kit

log = structlog.get_logger("relying_party.licensing")

_ISSUED_SUBJECT: Final = N_("Your new %(licence)s is ready")
_ISSUED_BODY: Final = N_(
    "We renewed your %(licence)s (%(detail)s). It is valid until %(until)s. "
    "Your receipt number is %(receipt)s. You can download the sealed licence at any time."
)
_NEXT_SUBJECT: Final = N_("Your %(licence)s runs out on %(until)s")
_NEXT_BODY: Final = N_(
    "Your %(licence)s (%(detail)s) is valid until %(until)s. "
    "You can renew it online from %(opens)s. You need about five minutes."
)


class Issuing:
    """Does what is pending, in any order, any number of times."""

    def __init__(self, kit: Kit, translations: Translations) -> None:
        self._kit = kit
        self._translations = translations
        self._lock = asyncio.Lock()

    async def catch_up(self) -> None:
        """Make every licence that was paid for; send every notice that waits.

        What cannot be done now stays pending: nothing is raised.
        """
        async with self._lock:
            with self._kit.database.read() as connection:
                waiting = decided.unfinished(connection)
            for application_id, subject in waiting:
                try:
                    await self._issue(application_id, subject)
                except (Refused, Unreachable) as error:
                    log.warning("licence waits", application=application_id, cause=str(error))
            await self._send_notices()

    async def _issue(self, application_id: str, subject: str) -> None:
        with self._kit.database.read() as connection:
            wanted = records.application(connection, application_id, subject)
            made = decided.issue_of(connection, application_id)
        if wanted is None or made is None:
            return
        writer = Writer(translations=self._translations, language="en")
        url = self.verify_url(made)
        document = await asyncio.to_thread(writer.licence, wanted, made, url)
        sealed = await self._kit.seals.seal(document, reason=LICENCE_TITLE[wanted.licence.kind])
        with self._kit.database.write() as connection:
            if not decided.finish_issue(connection, made, wanted, sealed, self._kit.clock()):
                return
            for notice in self._notices(wanted, made, records.licences_of(connection, subject)):
                decided.queue_notice(connection, notice.reference, notice.as_json())
        log.info("licence issued", application=application_id)

    async def _send_notices(self) -> None:
        with self._kit.database.read() as connection:
            waiting = decided.unsent_notices(connection)
        for reference, content in waiting:
            try:
                sent = await self._kit.notices.send(OutgoingNotice.from_json(content))
            except (Refused, Unreachable) as error:
                log.warning("notice waits", reference=reference, cause=str(error))
                continue
            with self._kit.database.write() as connection:
                decided.notice_sent(connection, reference, sent.notice_id)

    def verify_url(self, made: Issue) -> str:
        """Where anybody can check this licence; printed on it as a QR code."""
        query = urlencode({"from": self._kit.department.client_id, "reference": made.number})
        return f"{self._kit.department.issuer}/verify?{query}"

    def _notices(
        self, wanted: Application, made: Issue, licences: list[Licence]
    ) -> list[OutgoingNotice]:
        """The news of this renewal, and the reminder of the licence that runs out next."""
        origin = self._kit.department.origin
        issued = self._notice(
            f"issued:{wanted.application_id}",
            wanted.subject,
            (_ISSUED_SUBJECT, _ISSUED_BODY),
            wanted.licence,
            made.valid_until,
            category="licence_issued",
            receipt=made.receipt_number,
            action_url=f"{origin}/renewals/{wanted.application_id}/done",
        )
        others = [one for one in licences if one.licence_id != wanted.licence.licence_id]
        reminders = [
            self._notice(
                f"reminder:{one.licence_id}:{one.valid_until.isoformat()}",
                wanted.subject,
                (_NEXT_SUBJECT, _NEXT_BODY),
                one,
                one.valid_until,
                category="licence_reminder",
                action_url=f"{origin}/licences",
                deadline=one.valid_until,
            )
            for one in others
            if one.valid_until - self._kit.clock().date() <= timedelta(days=366)
        ]
        return [issued, *reminders]

    def _notice(  # noqa: PLR0913 - what a notice says
        self,
        reference: str,
        subject: str,
        words: tuple[str, str],
        licence: Licence,
        until: date,
        *,
        category: str,
        action_url: str,
        receipt: str = "",
        deadline: date | None = None,
    ) -> OutgoingNotice:
        def text(message: str, language: Language) -> str:
            translate = self._translations.gettext(language)
            title = translate(LICENCE_TITLE[licence.kind])
            return translate(message) % {
                "licence": title.lower() if language == "en" else title,
                "detail": licence.detail,
                "until": date_long(until, language),
                "opens": date_long(renewable_from(licence.valid_until), language),
                "receipt": receipt,
            }

        return OutgoingNotice(
            reference=reference,
            subject_of=subject,
            category=category,
            subject={language: text(words[0], language) for language in LANGUAGES},
            body={language: text(words[1], language) for language in LANGUAGES},
            action_url=action_url,
            deadline=deadline,
        )
