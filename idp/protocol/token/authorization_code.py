"""Redeeming a code (RFC 6749 §4.1.3): what fits, what burns it, and what a second try means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idp.domain.client import Client
from idp.domain.grants import AuthorizationCode, Grant
from idp.domain.session import Session
from idp.protocol.parameters import Parameters
from idp.protocol.pkce import verifier_fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeem:
    """The code fits; whoever wins the one conditional statement gets the tokens."""

    code: AuthorizationCode
    grant: Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """`invalid_grant`, and nothing changes."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Burn:
    """`invalid_grant`, and the code dies with its grant: somebody else has it, or guesses."""

    grant: Grant
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """`invalid_grant`, and everything issued from the code is revoked (RFC 6749 §4.1.2)."""

    grant: Grant


Outcome = Redeem | Refuse | Burn | Replay


def decide(  # noqa: PLR0911 - a row of the order, a return
    parameters: Parameters,
    client: Client,
    code: AuthorizationCode | None,
    grant: Grant | None,
    session: Session | None,
    now: datetime,
) -> Outcome:
    """Decide what a redemption comes to. `session` is the one the code was issued in.

    Order: unknown; another client's (burns); replay; revoked; expired; redirect_uri; verifier
    (a wrong one burns, CVE-2023-48228); the session that has ended since.
    """
    if code is None or grant is None:
        return Refuse(reason="code_unknown")
    if code.client_id != client.client_id:
        return Burn(grant=grant, reason="code_of_another_client")
    if code.redeemed_at is not None:
        return Replay(grant=grant)
    if grant.revoked_at is not None:
        return Refuse(reason="grant_revoked")
    if now >= code.expires_at:
        return Refuse(reason="code_expired")
    if parameters.get("redirect_uri") != code.redirect_uri:
        return Burn(grant=grant, reason="redirect_uri_differs")
    if not verifier_fits(parameters.get("code_verifier"), code.code_challenge):
        return Burn(grant=grant, reason="code_verifier_wrong")
    if session is None or not session.is_live(now):
        return Refuse(reason="session_ended")
    return Redeem(code=code, grant=grant)
