"""Waking: the same promises in one process and across two by Redis."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from idp.ports.world import Wake
from idp.wake import LocalWake, RedisWake

LONG = timedelta(seconds=5)


@pytest.fixture(params=["local", "redis"])
async def wakes(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Wake, Wake]]:
    """Who notifies, and who waits: the same process, or two that share a Redis."""
    if request.param == "local":
        one = LocalWake()
        yield one, one
        return
    url = request.getfixturevalue("redis_url")
    first, second = RedisWake(url), RedisWake(url)
    await first.start()
    await second.start()
    yield first, second
    await first.close()
    await second.close()


async def waited(wake: Wake, topic: str, at_most: timedelta) -> float:
    begun = time.monotonic()
    await wake.wait(topic, at_most)
    return time.monotonic() - begun


async def test_who_waits_is_woken(wakes: tuple[Wake, Wake]) -> None:
    speaker, listener = wakes
    waiting = [asyncio.create_task(waited(listener, "approval:1", LONG)) for _ in range(3)]
    await asyncio.sleep(0.05)

    speaker.notify("approval:1")

    assert all(took < 2 for took in await asyncio.gather(*waiting))


async def test_another_topic_wakes_nobody(wakes: tuple[Wake, Wake]) -> None:
    speaker, listener = wakes
    waiting = asyncio.create_task(waited(listener, "approval:1", timedelta(seconds=0.3)))
    await asyncio.sleep(0.05)

    speaker.notify("approval:2")

    assert await waiting >= 0.28


async def test_waiting_ends_by_itself(wakes: tuple[Wake, Wake]) -> None:
    assert await waited(wakes[1], "approval:1", timedelta(seconds=0.05)) < 1


async def test_notifying_nobody_is_nothing(wakes: tuple[Wake, Wake]) -> None:
    wakes[0].notify("approval:none")


async def test_a_wake_without_its_redis_still_works_in_its_own_process() -> None:
    wake = RedisWake("redis://127.0.0.1:1/0")
    await wake.start()
    waiting = asyncio.create_task(waited(wake, "approval:1", LONG))
    await asyncio.sleep(0.05)

    wake.notify("approval:1")

    assert await waiting < 2
    await wake.close()


async def test_nothing_is_left_behind_by_those_who_waited() -> None:
    wake = LocalWake()
    await wake.wait("approval:1", timedelta(milliseconds=1))

    assert wake._waiting == {}
