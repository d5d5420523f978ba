"""Sessions: of a browser that is logged in, and of a phone that was bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class SessionKind(StrEnum):
    """A browser session logs in to departments; a phone session can answer approvals."""

    BROWSER = "browser"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A logged-in browser or a bound phone; its cookie is stored as a digest only."""

    session_id: str  # public id, for lists and the `sid` claim
    kind: SessionKind
    cookie_digest: bytes
    person_id: str
    device_id: str  # the device whose passkey began it
    acr: str
    amr: tuple[str, ...]
    auth_time: datetime
    last_seen_at: datetime
    expires_at: datetime  # absolute limit
    described_as: str  # "Chrome on Windows", for the citizen's own list
    ended_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Tell whether the session still stands at `now`."""
        return self.ended_at is None and now < self.expires_at

    def authenticated_within(self, limit: timedelta, now: datetime) -> bool:
        """Tell whether its owner showed who they are at most `limit` ago."""
        return now - self.auth_time <= limit
