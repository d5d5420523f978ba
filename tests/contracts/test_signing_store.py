"""The signing store: each change of state once, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from house.world import Idp
from idp.domain.signing import SigningRequest, SigningState

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SERIAL = 0xF0E1D2C3B4A5968778695A4B3C2D1E0F
REQUEST = SigningRequest(
    signing_request_id="request-1",
    client_id="licensing",
    person_id="tai-man",
    title="續領車輛牌照申請 𠮷",
    purpose="續領車輛牌照",
    matter="licence_renewal",
    document_digest="ab" * 32,
    pages=3,
    redirect_uri="http://licensing.localhost:8001/sign/callback",
    client_state="s" * 512,
    state=SigningState.REQUESTED,
    requested_at=NOW,
    expires_at=NOW + timedelta(minutes=30),
)
DOCUMENT = b"%PDF-1.7\x00\xff" * 1000

MakeIdp = Callable[..., Awaitable[Idp]]


@pytest.fixture(params=["sqlite", "postgresql"])
async def idp(request: pytest.FixtureRequest, make_idp: MakeIdp) -> Idp:
    if request.param == "sqlite":
        return await make_idp()
    return await make_idp(request.getfixturevalue("postgres_url"))


async def keep(idp: Idp, *requests: SigningRequest) -> None:
    async with idp.world.storage.unit_of_work() as work:
        for request in requests:
            await work.signing.add(request, DOCUMENT)


async def approve(idp: Idp, request_id: str = "request-1", now: datetime = NOW) -> bool:
    async with idp.world.storage.unit_of_work() as work:
        return await work.signing.approve(request_id, '{"statement":"{}"}', SERIAL, now)


async def consume(idp: Idp, now: datetime = NOW) -> bool:
    async with idp.world.storage.unit_of_work() as work:
        return await work.signing.consume_activation("request-1", now)


async def test_comes_back_as_it_went_in(idp: Idp) -> None:
    await keep(idp, REQUEST)
    async with idp.world.storage.unit_of_work() as work:
        assert await work.signing.get("request-1") == REQUEST
        assert await work.signing.document("request-1") == DOCUMENT
        assert await work.signing.signed_document("request-1") is None
        assert await work.signing.activation("request-1") is None
        assert await work.signing.get("nothing") is None
        assert await work.signing.document("nothing") is None


async def test_one_approval_only(idp: Idp) -> None:
    await keep(idp, REQUEST)
    async with idp.world.storage.unit_of_work() as work:
        assert await work.signing.bind_approval("request-1", "approval-1")
        assert not await work.signing.bind_approval("request-1", "approval-2")
        found = await work.signing.get("request-1")
    assert found == replace(REQUEST, approval_id="approval-1")


async def test_approved_once_and_in_time(idp: Idp) -> None:
    await keep(idp, REQUEST, replace(REQUEST, signing_request_id="late"))
    assert not await approve(idp, "late", REQUEST.expires_at)
    assert await approve(idp)
    assert not await approve(idp)
    async with idp.world.storage.unit_of_work() as work:
        assert await work.signing.activation("request-1") == ('{"statement":"{}"}', SERIAL)
        pending = await work.signing.pending()
    assert [(r.signing_request_id, serial) for r, _, serial in pending] == [("request-1", SERIAL)]


async def test_activation_is_taken_by_one_of_many(idp: Idp) -> None:
    await keep(idp, REQUEST)
    assert not await consume(idp)
    await approve(idp)
    taken = await asyncio.gather(*(consume(idp) for _ in range(6)))
    assert sorted(taken) == [False] * 5 + [True]
    async with idp.world.storage.unit_of_work() as work:
        assert not await work.signing.pending()
        assert not await work.signing.interrupted(NOW)
        assert len(await work.signing.interrupted(NOW + timedelta(seconds=1))) == 1


async def test_finished_once_and_never_before_the_taking(idp: Idp) -> None:
    await keep(idp, REQUEST)
    await approve(idp)
    later = NOW + timedelta(seconds=2)
    async with idp.world.storage.unit_of_work() as work:
        assert not await work.signing.finish("request-1", b"signed", later)
    await consume(idp)
    async with idp.world.storage.unit_of_work() as work:
        assert await work.signing.finish("request-1", b"signed", later)
        assert not await work.signing.finish("request-1", b"other", later)
        assert not await work.signing.refuse("request-1", SigningState.REFUSED, "late", later)
        assert await work.signing.signed_document("request-1") == b"signed"
        found = await work.signing.get("request-1")
        assert not await work.signing.interrupted(later + timedelta(hours=1))
    assert found is not None
    assert (found.state, found.signed_at) == (SigningState.SIGNED, later)


async def test_refused_ends_it(idp: Idp) -> None:
    await keep(idp, REQUEST)
    async with idp.world.storage.unit_of_work() as work:
        assert await work.signing.refuse("request-1", SigningState.REFUSED, "rejected", NOW)
        assert not await work.signing.refuse("request-1", SigningState.REFUSED, "again", NOW)
        assert not await work.signing.bind_approval("request-1", "approval-1")
        found = await work.signing.get("request-1")
    assert found == replace(REQUEST, state=SigningState.REFUSED, failure="rejected")
    assert not await approve(idp)


async def test_expires_at_its_time_and_only_unless_approved(idp: Idp) -> None:
    await keep(idp, REQUEST, replace(REQUEST, signing_request_id="approved"))
    await approve(idp, "approved")
    end = REQUEST.expires_at
    async with idp.world.storage.unit_of_work() as work:
        early = end - timedelta(seconds=1)
        assert not await work.signing.refuse("request-1", SigningState.EXPIRED, "expired", early)
        assert await work.signing.refuse("request-1", SigningState.EXPIRED, "expired", end)
        assert not await work.signing.refuse("approved", SigningState.EXPIRED, "expired", end)
        with pytest.raises(ValueError, match="not a refusal"):
            await work.signing.refuse("approved", SigningState.SIGNED, "x", end)


async def test_newest_first_of_one_person(idp: Idp) -> None:
    newer = replace(REQUEST, signing_request_id="b", requested_at=NOW + timedelta(seconds=1))
    other = replace(REQUEST, signing_request_id="c", person_id="siu-ming")
    await keep(idp, REQUEST, newer, other)
    async with idp.world.storage.unit_of_work() as work:
        found = await work.signing.of_person("tai-man")
    assert [r.signing_request_id for r in found] == ["b", "request-1"]
