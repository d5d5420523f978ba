"""The grant store: the same on SQLite and PostgreSQL, and every single use is single."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certs.base.effects import system_entropy
from idp.domain.grants import (
    AccessToken,
    AuthorizationCode,
    Consent,
    Grant,
    PushedRequest,
    RefreshToken,
)
from idp.storage.database import open_database
from idp.storage.migrations import migrate
from idp.storage.unit_of_work import SqlStorage

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)

PUSHED = PushedRequest(
    authorization_id="a1",
    request_uri_digest=b"r" * 32,
    client_id="licensing",
    parameters={"scope": "openid", "state": "印"},
    expires_at=LATER,
)
GRANT = Grant(
    grant_id="g1",
    client_id="licensing",
    person_id="p1",
    session_id="s1",
    scope=("openid", "identity"),
    claims=("hkid",),
    consent_id="c1",
    acr="acr",
    amr=("hwk", "user"),
    auth_time=NOW,
    created_at=NOW,
    expires_at=LATER,
)
CODE = AuthorizationCode(
    code_digest=b"c" * 32,
    grant_id="g1",
    client_id="licensing",
    redirect_uri="https://rp.example/cb",
    code_challenge="x" * 43,
    nonce="n",
    issued_at=NOW,
    expires_at=LATER,
)
ACCESS = AccessToken(
    token_digest=b"t" * 32,
    grant_id="g1",
    client_id="licensing",
    person_id="p1",
    scope=("openid",),
    claims=("hkid",),
    expires_at=LATER,
)
REFRESH = RefreshToken(
    token_digest=b"f" * 32, grant_id="g1", client_id="licensing", expires_at=LATER
)
CONSENT = Consent(
    consent_id="c1",
    person_id="p1",
    client_id="licensing",
    purpose="Renew",
    claims=("hkid", "email"),
    given_at=NOW,
)


@pytest.fixture(params=["sqlite", "postgresql"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStorage]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'db.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
    database = open_database(url)
    await migrate(database)
    yield SqlStorage(database, system_entropy)
    await database.close()


async def test_a_pushed_request_comes_back_and_completes_once(storage: SqlStorage) -> None:
    async with storage.unit_of_work() as work:
        await work.grants.push(PUSHED)
        assert await work.grants.pushed(b"r" * 32) == PUSHED
        assert await work.grants.pushed_by_id("a1") == PUSHED
        assert await work.grants.pushed(b"x" * 32) is None
        assert await work.grants.complete_push("a1", NOW)
        assert not await work.grants.complete_push("a1", NOW)
        assert await work.grants.pushed_by_id("a1") == replace(PUSHED, completed_at=NOW)


async def test_a_code_comes_back_with_its_grant(storage: SqlStorage) -> None:
    async with storage.unit_of_work() as work:
        await work.grants.issue_code(CODE, GRANT)
        assert await work.grants.code(b"c" * 32) == CODE
        assert await work.grants.grant("g1") == GRANT
        assert await work.grants.code(b"x" * 32) is None
        assert await work.grants.grant("x") is None
        assert not await work.grants.consume_code(b"x" * 32, NOW)


async def test_twenty_transactions_redeem_one_code_once(storage: SqlStorage) -> None:
    async with storage.unit_of_work() as work:
        await work.grants.issue_code(CODE, GRANT)

    async def redeem() -> bool:
        async with storage.unit_of_work() as work:
            assert await work.grants.code(b"c" * 32)  # all may read it unredeemed
            await asyncio.sleep(0)
            return await work.grants.consume_code(b"c" * 32, NOW)

    assert sorted(await asyncio.gather(*(redeem() for _ in range(20)))) == [False] * 19 + [True]
    async with storage.unit_of_work() as work:
        assert await work.grants.code(b"c" * 32) == replace(CODE, redeemed_at=NOW)


async def test_twenty_transactions_spend_one_jti_once(storage: SqlStorage) -> None:
    async def spend() -> bool:
        async with storage.unit_of_work() as work:
            return await work.grants.spend_jti("licensing", "j", LATER)

    assert sorted(await asyncio.gather(*(spend() for _ in range(20)))) == [False] * 19 + [True]
    async with storage.unit_of_work() as work:
        assert await work.grants.spend_jti("notices", "j", LATER)
        assert await work.grants.spend_jti("licensing", "k", LATER)


async def test_an_undone_transaction_spends_nothing(storage: SqlStorage) -> None:
    async def spend_and_fail() -> None:
        async with storage.unit_of_work() as work:
            assert await work.grants.spend_jti("licensing", "j", LATER)
            raise LookupError

    with pytest.raises(LookupError):
        await spend_and_fail()
    async with storage.unit_of_work() as work:
        assert await work.grants.spend_jti("licensing", "j", LATER)


async def test_tokens_fall_with_their_grant(storage: SqlStorage) -> None:
    async with storage.unit_of_work() as work:
        await work.grants.issue_code(CODE, GRANT)
        await work.grants.add_access_token(ACCESS)
        await work.grants.add_refresh_token(REFRESH)
        assert await work.grants.access_token(b"t" * 32) == ACCESS
        assert await work.grants.refresh_token(b"f" * 32) == REFRESH
        assert await work.grants.access_token(b"f" * 32) is None
        assert await work.grants.refresh_token(b"t" * 32) is None
        assert [g.grant_id for g in await work.grants.grants_of("p1")] == ["g1"]
        assert await work.grants.revoke_grant("g1", NOW)
        assert not await work.grants.revoke_grant("g1", NOW)
        assert await work.grants.access_token(b"t" * 32) is None
        assert await work.grants.grants_of("p1") == []
        assert await work.grants.grant("g1") == replace(GRANT, revoked_at=NOW)


async def test_consents_stand_until_withdrawn(storage: SqlStorage) -> None:
    newer = replace(CONSENT, consent_id="c2", given_at=LATER, client_id="notices")
    async with storage.unit_of_work() as work:
        await work.grants.add_consent(CONSENT)
        await work.grants.add_consent(newer)
        assert await work.grants.consents("p1") == [newer, CONSENT]
        assert await work.grants.consents("p1", "licensing") == [CONSENT]
        assert await work.grants.withdraw_consent("c1", NOW)
        assert not await work.grants.withdraw_consent("c1", NOW)
        assert await work.grants.consents("p1") == [newer]
        assert await work.grants.consents("p2") == []


async def test_a_subject_is_found_in_its_sector_alone(storage: SqlStorage) -> None:
    async with storage.unit_of_work() as work:
        await work.grants.keep_subject("licensing", "sub", "p1")
        await work.grants.keep_subject("licensing", "sub", "p1")
        assert await work.grants.person_of_subject("licensing", "sub") == "p1"
        assert await work.grants.person_of_subject("notices", "sub") is None
        assert await work.grants.person_of_subject("licensing", "other") is None
