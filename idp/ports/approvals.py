"""Approvals: every change of state is a compare-and-swap, so that there is one outcome, ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from idp.domain.approval import Approval, ApprovalState


class ApprovalStore(Protocol):
    """Approvals in progress and past."""

    async def add(self, approval: Approval) -> None:
        """Open an approval."""

    async def get(self, approval_id: str) -> Approval | None:
        """Find an approval."""

    async def by_qr_handle(self, qr_handle: str) -> Approval | None:
        """Find the approval that a scanned code points at."""

    async def by_typed_code(self, typed_code_digest: bytes, now: datetime) -> Approval | None:
        """Find the unexpired approval whose typed code has this digest."""

    async def claim(
        self, approval_id: str, *, person_id: str, device_id: str, now: datetime
    ) -> bool:
        """Give the approval to one device. First claim wins: WAITING → CLAIMED, once.

        False as well when the approval is meant for another person, or has expired.
        """

    async def decide(
        self,
        approval_id: str,
        *,
        from_: ApprovalState,
        to: ApprovalState,
        now: datetime,
        released: Sequence[str] = (),
    ) -> bool:
        """Swap the state; False when it is no longer `from_`."""

    async def open_for(self, person_id: str, now: datetime) -> Sequence[Approval]:
        """Unexpired approvals that wait for this resident (known at the start, or claimed)."""

    async def count_attempt(self, scope: str, window: int) -> int:
        """Count one more try in this scope and window of time; answers how many there are now.

        For limits on guessing: one statement, so that parallel guesses are all counted.
        """
