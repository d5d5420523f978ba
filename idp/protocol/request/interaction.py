"""Must we ask the citizen? Named checks over session and consents (OIDC Core §3.1.2.3-4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from idp.domain.approval import ApprovalKind
from idp.domain.errors import ErrorCode, ProtocolError
from idp.domain.grants import Consent
from idp.domain.session import Session
from idp.protocol.request.authorize import AuthorizationRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCode:
    """Nothing to ask: the session stands and the citizen has agreed to this before."""

    session: Session
    consent: Consent
    released: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskApproval:
    """The citizen decides on the phone. `person_id` is known in a session that stands."""

    kind: ApprovalKind
    person_id: str | None
    reason: str


Outcome = IssueCode | AskApproval


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the checks look at; `session` is one that stands, or None."""

    request: AuthorizationRequest
    session: Session | None
    subject: str | None  # of the session's person, at this department
    consent: Consent | None  # the one that covers the request
    now: datetime


def session_stands(session: Session, idle: timedelta, now: datetime) -> bool:
    """Tell whether a session is live and was used within the `idle` limit."""
    return session.is_live(now) and now - session.last_seen_at <= idle


def covering_consent(request: AuthorizationRequest, consents: Sequence[Consent]) -> Consent | None:
    """Find a standing consent that covers the request: every essential claim, the same purpose.

    A consent to log in alone has no purpose to compare, and covers no request for fields, be they
    all optional. Optional claims that the citizen kept back then stay back now. A wider request
    is a new question (attack 162 of the design's list).
    """
    asked = {claim.claim for claim in request.claims}
    essential = {claim.claim for claim in request.claims if claim.essential}
    for consent in consents:
        given = set(consent.claims)
        same_question = not asked or (bool(asked & given) and consent.purpose == request.purpose)
        if essential <= given and same_question:
            return consent
    return None


def _nobody_is_logged_in(known: Known) -> bool:
    return known.session is None


def _login_was_asked_for(known: Known) -> bool:
    return bool(known.request.prompt & {"login", "select_account"})


def _authentication_is_too_old(known: Known) -> bool:
    if known.session is None or known.request.max_age is None:
        return False
    return known.now - known.session.auth_time > timedelta(seconds=known.request.max_age)


def _somebody_else_is_expected(known: Known) -> bool:
    return known.request.hint_subject is not None and known.request.hint_subject != known.subject


def _consent_was_asked_for(known: Known) -> bool:
    return "consent" in known.request.prompt


def _no_consent_covers_it(known: Known) -> bool:
    return known.consent is None


Question = Callable[[Known], bool]

#: Why a login is asked for.
LOGIN_QUESTIONS: Final[tuple[tuple[str, Question], ...]] = (
    ("no_session", _nobody_is_logged_in),
    ("prompt_login", _login_was_asked_for),
    ("max_age", _authentication_is_too_old),
    ("other_person", _somebody_else_is_expected),
)

#: Why a release is asked for, in a session that will do.
CONSENT_QUESTIONS: Final[tuple[tuple[str, Question], ...]] = (
    ("prompt_consent", _consent_was_asked_for),
    ("no_consent", _no_consent_covers_it),
)


def decide(known: Known) -> Outcome:
    """Decide between going on and asking.

    Raises ProtocolError, redirectable, when `prompt=none` forbids to ask: `login_required`,
    `consent_required` (OIDC Core §3.1.2.6).
    """
    silent = "none" in known.request.prompt
    for reason, question in LOGIN_QUESTIONS:
        if question(known):
            if silent:
                raise ProtocolError(ErrorCode.LOGIN_REQUIRED, reason, redirectable=True)
            return AskApproval(kind=ApprovalKind.LOGIN, person_id=None, reason=reason)
    session, consent = known.session, known.consent
    assert session is not None
    for reason, question in CONSENT_QUESTIONS:
        if question(known):
            if silent:
                raise ProtocolError(ErrorCode.CONSENT_REQUIRED, reason, redirectable=True)
            return AskApproval(
                kind=ApprovalKind.RELEASE, person_id=session.person_id, reason=reason
            )
    assert consent is not None
    asked = [claim.claim for claim in known.request.claims]
    released = tuple(claim for claim in asked if claim in consent.claims)
    return IssueCode(session=session, consent=consent, released=released)
