"""The statement covers every fact that the citizen decides on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from idp.approval import statement
from idp.domain.approval import Approval, ApprovalKind, ApprovalState, CodeMode

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
APPROVAL = Approval(
    approval_id="approval",
    kind=ApprovalKind.SIGN,
    state=ApprovalState.CLAIMED,
    client_id="licensing",
    purpose="Renew a vehicle licence",
    asked_from="Chrome on Windows",
    browser_digest=b"b" * 32,
    document_digest="ab" * 32,
    nonce=b"n" * 32,
    code="4827",
    code_mode=CodeMode.CHOOSE,
    qr_handle="HANDLE",
    qr_secret=b"s" * 32,
    typed_code_digest=b"t" * 32,
    person_id="tai-man",
    device_id="phone-1",
    created_at=NOW,
    expires_at=NOW + timedelta(minutes=5),
)
SHOWN: dict[str, Any] = {
    "client_name": "Licensing Services",
    "device_id": "phone-1",
    "released": ("name_zh", "hkid"),
    "values": {"hkid": "Q000001(5)", "name_zh": "陳大文", "email": "not released"},
    "title": "Application",
}


def test_it_is_canonical_json_of_all_that_was_shown() -> None:
    text = statement.statement(APPROVAL, **SHOWN)

    assert json.loads(text) == {
        "v": 1,
        "kind": "sign",
        "approval_id": "approval",
        "nonce": "6e" * 32,
        "client_id": "licensing",
        "client_name": "Licensing Services",
        "purpose": "Renew a vehicle licence",
        "code": "4827",
        "device_id": "phone-1",
        "released": {
            "hkid": hashlib.sha256(b"Q000001(5)").hexdigest(),
            "name_zh": hashlib.sha256("陳大文".encode()).hexdigest(),
        },
        "document_digest": "ab" * 32,
        "title": "Application",
        "expires_at": "2026-11-21T09:35:00+00:00",
    }
    canonical = json.dumps(
        json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert text == canonical


def test_no_value_stands_in_it() -> None:
    text = statement.statement(APPROVAL, **SHOWN)

    assert "Q000001" not in text
    assert "陳" not in text
    assert "not released" not in text


@pytest.mark.parametrize(
    ("approval", "shown"),
    [
        (replace(APPROVAL, kind=ApprovalKind.LOGIN), {}),
        (replace(APPROVAL, approval_id="other"), {}),
        (replace(APPROVAL, nonce=b"o" * 32), {}),
        (replace(APPROVAL, client_id="other"), {}),
        (replace(APPROVAL, purpose="Sell a vehicle"), {}),
        (replace(APPROVAL, code="4828"), {}),
        (replace(APPROVAL, document_digest="cd" * 32), {}),
        (replace(APPROVAL, expires_at=NOW), {}),
        (APPROVAL, {"client_name": "Other Services"}),
        (APPROVAL, {"device_id": "phone-2"}),
        (APPROVAL, {"released": ("hkid",)}),
        (APPROVAL, {"values": {"hkid": "Q000002(3)", "name_zh": "陳大文"}}),
        (APPROVAL, {"title": "Another document"}),
    ],
)
def test_any_other_fact_is_another_challenge(approval: Approval, shown: dict[str, Any]) -> None:
    original = statement.challenge(statement.statement(APPROVAL, **SHOWN))
    other = statement.challenge(statement.statement(approval, **{**SHOWN, **shown}))

    assert other != original


def test_the_challenge_is_the_sha_256_of_the_text() -> None:
    assert statement.challenge("text") == hashlib.sha256(b"text").digest()
