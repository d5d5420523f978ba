"""The notice store: sent, received, known, each once, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from house.world import Idp
from idp.domain.notice import Notice

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TEXTS = {"en": "Your licence", "zh-Hant-HK": "你的牌照 𠮷", "zh-Hans": "你的牌照"}
NOTICE = Notice(
    notice_id="notice-1",
    client_id="licensing",
    person_id="tai-man",
    category="licence",
    subject=TEXTS,
    body=TEXTS,
    action_url=None,
    deadline="2027-01-31",
    reference="r-1",
    sent_at=NOW,
)

MakeIdp = Callable[..., Awaitable[Idp]]


@pytest.fixture(params=["sqlite", "postgresql"])
async def idp(request: pytest.FixtureRequest, make_idp: MakeIdp) -> Idp:
    if request.param == "sqlite":
        return await make_idp()
    return await make_idp(request.getfixturevalue("postgres_url"))


async def keep(idp: Idp, *notices: Notice) -> None:
    async with idp.world.storage.unit_of_work() as work:
        for notice in notices:
            await work.notices.add(notice)


async def test_comes_back_as_it_went_in(idp: Idp) -> None:
    await keep(idp, NOTICE)
    async with idp.world.storage.unit_of_work() as work:
        assert await work.notices.get("notice-1") == NOTICE
        assert await work.notices.by_reference("licensing", "r-1") == NOTICE
        assert await work.notices.by_reference("taxes", "r-1") is None
        assert await work.notices.get("nothing") is None


async def test_a_reference_is_used_once_by_a_department(idp: Idp) -> None:
    free = replace(NOTICE, notice_id="n-2", reference=None)
    await keep(idp, NOTICE, free, replace(free, notice_id="n-3"))
    await keep(idp, replace(NOTICE, notice_id="n-4", client_id="taxes"))
    async with idp.world.storage.unit_of_work() as work:
        assert not await work.notices.add(replace(NOTICE, notice_id="n-5"))
        assert await work.notices.get("n-5") is None


async def test_due_until_received(idp: Idp) -> None:
    older = replace(NOTICE, notice_id="n-0", reference=None, sent_at=NOW - timedelta(seconds=9))
    await keep(idp, NOTICE, older)
    async with idp.world.storage.unit_of_work() as work:
        assert [n.notice_id for n in await work.notices.pending(NOW)] == ["n-0", "notice-1"]
        await work.notices.postpone("n-0", NOW + timedelta(seconds=5))
        assert [n.notice_id for n in await work.notices.pending(NOW)] == ["notice-1"]
        later = NOW + timedelta(seconds=5)
        assert await work.notices.received("notice-1", later)
        assert [n.notice_id for n in await work.notices.pending(later)] == ["n-0"]


@pytest.mark.parametrize("verb", ["received", "known"])
async def test_each_time_is_set_by_one_of_many(idp: Idp, verb: str) -> None:
    await keep(idp, NOTICE)

    async def once(second: int) -> bool:
        async with idp.world.storage.unit_of_work() as work:
            at = NOW + timedelta(seconds=second)
            done: bool = await getattr(work.notices, verb)("notice-1", at)
            return done

    won = await asyncio.gather(*(once(second) for second in range(5)))
    assert won.count(True) == 1
    async with idp.world.storage.unit_of_work() as work:
        found = await work.notices.get("notice-1")
    assert getattr(found, f"{verb}_at") == NOW + timedelta(seconds=won.index(True))
