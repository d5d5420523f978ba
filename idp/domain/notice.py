"""A notice to a citizen, with the three times that section 19 of the ETO speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message from a department to a resident, relayed to the resident's designated inbox."""

    notice_id: str
    client_id: str  # the originator
    person_id: str
    category: str
    subject: Mapping[str, str]  # language → text
    body: Mapping[str, str]
    action_url: str | None
    deadline: str | None  # ISO date
    reference: str | None = None  # the originator's own key: the same one is never sent twice
    sent_at: datetime  # accepted by a system outside the originator's control: ours (s. 19(1))
    received_at: datetime | None = None  # accepted by the designated system (s. 19(2)(a)(i))
    known_at: datetime | None = None  # came to the addressee's knowledge
