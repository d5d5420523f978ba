"""When the citizen is asked, and for what."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from idp.domain.approval import ApprovalKind, ClaimRequest
from idp.domain.errors import ErrorCode, ProtocolError
from idp.protocol.request.authorize import AuthorizationRequest
from idp.protocol.request.interaction import (
    AskApproval,
    IssueCode,
    Known,
    covering_consent,
    decide,
    session_stands,
)

REQUEST = AuthorizationRequest(
    client_id="licensing",
    redirect_uri="https://rp.example/cb",
    scope=("openid",),
    claims=(),
    state=None,
    nonce=None,
    code_challenge="",
    prompt=frozenset(),
    max_age=None,
    ui_locales=(),
    login_hint=None,
    hint_subject=None,
    purpose="",
)
HKID = ClaimRequest(claim="hkid", essential=True)
EMAIL = ClaimRequest(claim="email", essential=False)


def _known(make: Any, now: Any, **changes: Any) -> Known:
    base: dict[str, Any] = {
        "request": REQUEST,
        "session": make.session(),
        "subject": "sub",
        "consent": make.consent(),
        "now": now,
    }
    return Known(**(base | changes))


def test_nothing_to_ask(make: Any, now: Any) -> None:
    request = replace(REQUEST, claims=(HKID, EMAIL))
    consent = make.consent(claims=("hkid", "name_en"))
    outcome = decide(_known(make, now, request=request, consent=consent))
    assert isinstance(outcome, IssueCode)
    assert outcome.released == ("hkid",)


@pytest.mark.parametrize(
    ("reason", "changes", "request_changes"),
    [
        ("no_session", {"session": None}, {}),
        ("prompt_login", {}, {"prompt": frozenset({"login"})}),
        ("prompt_login", {}, {"prompt": frozenset({"select_account"})}),
        ("other_person", {}, {"hint_subject": "another"}),
    ],
)
def test_when_a_login_is_asked_for(
    make: Any, now: Any, reason: str, changes: dict[str, Any], request_changes: dict[str, Any]
) -> None:
    request = replace(REQUEST, **request_changes)
    outcome = decide(_known(make, now, request=request, **changes))
    assert outcome == AskApproval(kind=ApprovalKind.LOGIN, person_id=None, reason=reason)


def test_max_age_counts_from_the_authentication(make: Any, now: Any) -> None:
    request = replace(REQUEST, max_age=60)
    exactly = _known(make, now + timedelta(seconds=60), request=request)
    assert isinstance(decide(exactly), IssueCode)
    after = _known(make, now + timedelta(seconds=61), request=request)
    outcome = decide(after)
    assert isinstance(outcome, AskApproval)
    assert outcome.reason == "max_age"


@pytest.mark.parametrize(
    ("reason", "changes", "prompt"),
    [("no_consent", {"consent": None}, []), ("prompt_consent", {}, ["consent"])],
)
def test_when_a_release_is_asked_for(
    make: Any, now: Any, reason: str, changes: dict[str, Any], prompt: list[str]
) -> None:
    request = replace(REQUEST, prompt=frozenset(prompt))
    outcome = decide(_known(make, now, request=request, **changes))
    assert outcome == AskApproval(kind=ApprovalKind.RELEASE, person_id="p1", reason=reason)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"session": None}, ErrorCode.LOGIN_REQUIRED),
        ({"consent": None}, ErrorCode.CONSENT_REQUIRED),
    ],
)
def test_prompt_none_asks_nothing(
    make: Any, now: Any, changes: dict[str, Any], code: ErrorCode
) -> None:
    request = replace(REQUEST, prompt=frozenset({"none"}))
    with pytest.raises(ProtocolError) as refusal:
        decide(_known(make, now, request=request, **changes))
    assert (refusal.value.code, refusal.value.redirectable) == (code, True)


def test_which_consent_covers_a_request(make: Any) -> None:
    login = make.consent(consent_id="login")
    old = make.consent(consent_id="old", claims=("hkid",), purpose="Other")
    fits = make.consent(consent_id="fits", claims=("hkid",), purpose="Renew")
    asked = replace(REQUEST, claims=(HKID, EMAIL), purpose="Renew")
    assert covering_consent(asked, [login, old, fits]) == fits
    assert covering_consent(asked, [login, old]) is None
    assert covering_consent(REQUEST, [old]) == old
    assert covering_consent(REQUEST, []) is None


def test_a_login_is_no_answer_to_a_question_about_optional_fields(make: Any) -> None:
    """Else a department could never be given a field that it asks for after the first login."""
    asked = replace(REQUEST, claims=(EMAIL,))
    given = make.consent(consent_id="given", claims=("email",), purpose="")
    assert covering_consent(asked, [make.consent(claims=(), purpose="")]) is None
    assert covering_consent(asked, [make.consent(claims=("hkid",), purpose="")]) is None
    assert covering_consent(asked, [given]) == given


def test_a_session_stands_while_it_is_used(make: Any, now: Any) -> None:
    idle = timedelta(minutes=30)
    session = make.session()
    assert session_stands(session, idle, now + idle)
    assert not session_stands(session, idle, now + idle + timedelta(seconds=1))
    assert not session_stands(replace(session, ended_at=now), idle, now)
    assert not session_stands(session, timedelta(days=1), session.expires_at)
