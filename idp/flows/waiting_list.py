"""What waits for a phone: the list on its home page, and whether it has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from idp.domain.approval import Approval
from idp.domain.session import Session
from idp.ports.world import UnitOfWork, World

SIGNED_OUT: Final = "signed-out"


async def waiting_for(
    work: UnitOfWork, person_id: str, device_id: str, now: datetime
) -> Sequence[Approval]:
    """List the open requests that this phone may take, or has taken."""
    open_ones = await work.approvals.open_for(person_id, now)
    return [a for a in open_ones if a.device_id in {None, device_id}]


def fingerprint(waiting: Sequence[Approval]) -> str:
    """Name the list as it stands: another list has another name, and the name tells nothing."""
    text = "\0".join(sorted(f"{a.approval_id} {a.state.value}" for a in waiting))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


async def look(session: Session, world: World, now: datetime) -> str:
    """See the list's name; `SIGNED_OUT` once the phone's session is over."""
    async with world.storage.unit_of_work() as work:
        found = await work.sessions.get(session.session_id)
        if found is None or not found.is_live(now):
            return SIGNED_OUT
        return fingerprint(await waiting_for(work, session.person_id, session.device_id, now))
