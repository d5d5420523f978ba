"""Telling a citizen something: the platform relays it to the inbox the citizen designated.

Section 19 of the ETO speaks of three times. *Sent* is when the platform, outside our control,
accepts the notice: the answer to `send`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from relying_party.oidc import OidcClient, Refused, RefusedReason
from relying_party.settings import Department


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingNotice:
    """A message to one citizen, in all three languages (keys `en`, `zh-Hant-HK`, `zh-Hans`).

    `reference` is ours and unique: sending the same reference again is the same notice.
    """

    reference: str
    subject_of: str  # the citizen's pairwise `sub`
    category: str
    subject: Mapping[str, str]
    body: Mapping[str, str]
    action_url: str | None = None
    deadline: date | None = None

    def as_json(self) -> str:
        """The `notice` field."""
        content: dict[str, object] = {
            "reference": self.reference,
            "sub": self.subject_of,
            "category": self.category,
            "subject": dict(self.subject),
            "body": dict(self.body),
        }
        if self.action_url is not None:
            content["action_url"] = self.action_url
        if self.deadline is not None:
            content["deadline"] = self.deadline.isoformat()
        return json.dumps(content, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "OutgoingNotice":
        """Read what `as_json` wrote (for a notice that waited in a table)."""
        content = json.loads(text)
        deadline = content.get("deadline")
        return cls(
            reference=content["reference"],
            subject_of=content["sub"],
            category=content["category"],
            subject=content["subject"],
            body=content["body"],
            action_url=content.get("action_url"),
            deadline=None if deadline is None else date.fromisoformat(deadline),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice:
    """Accepted by the platform."""

    notice_id: str
    sent_at: datetime


class Notices:
    """One department's notices."""

    def __init__(self, department: Department, oidc: OidcClient) -> None:
        self._department = department
        self._oidc = oidc

    async def send(self, notice: OutgoingNotice) -> SentNotice:
        """Hand a notice to the platform. Raises Refused, Unreachable."""
        url = f"{self._department.issuer}/notices"
        answer = await self._oidc.call(url, {"notice": notice.as_json()})
        if answer.status != 202:
            raise Refused(RefusedReason.PROVIDER_REFUSED, f"notice {answer.error_code()}")
        body = answer.json()
        try:
            sent_at = datetime.fromisoformat(str(body["sent_at"]))
            return SentNotice(notice_id=str(body["notice_id"]), sent_at=sent_at)
        except (KeyError, ValueError) as error:
            raise Refused(RefusedReason.MALFORMED, "notice") from error

    async def known(self, notice_id: str, known_at: datetime) -> None:
        """Tell the platform that the citizen opened a notice (for the inbox service).

        Raises Refused, Unreachable; telling it twice changes nothing.
        """
        url = f"{self._department.issuer}/notices/{quote(notice_id, safe='')}/known"
        answer = await self._oidc.call(url, {"known_at": known_at.isoformat()})
        if answer.status not in {200, 202, 204}:
            raise Refused(RefusedReason.PROVIDER_REFUSED, f"known {answer.error_code()}")
