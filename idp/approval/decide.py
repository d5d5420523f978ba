"""Who may do what to an approval, and when. Pure; the store's swap has the last word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from idp.approval.code import is_picked
from idp.domain.approval import Approval, ApprovalKind, ApprovalState, CodeMode
from idp.domain.errors import JourneyError
from idp.domain.values import Secret

FINAL: Final = frozenset(
    {
        ApprovalState.REJECTED,
        ApprovalState.WRONG_CODE,
        ApprovalState.EXPIRED,
        ApprovalState.COMPLETED,
    }
)
_OPEN: Final = frozenset({ApprovalState.WAITING, ApprovalState.CLAIMED})


def code_mode_for(kind: ApprovalKind) -> CodeMode:
    """Decide how the code is used: signing needs a choice out of three, the rest a comparison."""
    return CodeMode.CHOOSE if kind is ApprovalKind.SIGN else CodeMode.SHOW


def is_own_browser(approval: Approval, browser: Secret | None) -> bool:
    """Tell whether this browser is the one that began."""
    return browser is not None and browser.matches(approval.browser_digest)


def code_mode(approval: Approval, *, same_device: bool) -> CodeMode:
    """Decide the mode for this screen; on the device that began there is nothing to compare."""
    return CodeMode.NONE if same_device else approval.code_mode


def state_at(approval: Approval, now: datetime) -> ApprovalState:
    """Return the state as it counts at `now`: an open approval past its time has expired."""
    if approval.state in _OPEN and now >= approval.expires_at:
        return ApprovalState.EXPIRED
    return approval.state


def check_claim(approval: Approval, person_id: str, device_id: str, now: datetime) -> bool:
    """Decide whether this phone may take the request. False when it has it already.

    Raises JourneyError: `not_yours`, `expired`, `taken` (another phone was first), `over`.
    """
    state = state_at(approval, now)
    if approval.person_id not in {None, person_id}:
        # Somebody else has claimed it, or it was meant for somebody else from the start.
        raise JourneyError("taken" if approval.device_id is not None else "not_yours")
    if state is ApprovalState.EXPIRED:
        raise JourneyError("expired")
    if state is ApprovalState.WAITING:
        return True
    if approval.device_id != device_id:
        raise JourneyError("taken")
    if state is ApprovalState.CLAIMED:
        return False
    raise JourneyError("over")


def check_holder(approval: Approval, person_id: str, device_id: str, now: datetime) -> None:
    """Let only the phone that has the request see it and answer it, in time.

    Raises JourneyError: `not_found` for anybody else (a stranger learns nothing), `expired`,
    `over` once it was answered.
    """
    if approval.person_id != person_id or approval.device_id != device_id:
        raise JourneyError("not_found")
    state = state_at(approval, now)
    if state is ApprovalState.EXPIRED:
        raise JourneyError("expired")
    if state is not ApprovalState.CLAIMED:
        raise JourneyError("over")


def check_code(approval: Approval, answer: str | None, *, same_device: bool) -> bool:
    """Judge the answer about the identification code: False for a wrong one.

    `show` takes "same"; `choose` takes the four digits. Raises JourneyError `code_unanswered`.
    """
    mode = code_mode(approval, same_device=same_device)
    if mode is CodeMode.NONE:
        return True
    if not answer:
        raise JourneyError("code_unanswered")
    if mode is CodeMode.SHOW:
        return answer == "same"
    return is_picked(approval.code, answer)


def released_claims(
    approval: Approval, chosen: Sequence[str], held: Sequence[str]
) -> tuple[str, ...]:
    """Decide what leaves: required fields and chosen optional ones that were asked for and exist.

    Raises JourneyError `not_asked` when the answer names a field nobody asked for.
    """
    asked = {c.claim for c in approval.claims}
    if not asked.issuperset(chosen):
        raise JourneyError("not_asked")
    return tuple(
        c.claim for c in approval.claims if c.claim in held and (c.essential or c.claim in chosen)
    )
