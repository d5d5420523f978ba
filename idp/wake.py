"""Wakes waiting pages when something has changed; in one process, or across many by Redis.

It may lose messages: pages look again by themselves. So nothing here decides anything.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

_CHANNEL: Final = "onechop:wake"


class LocalWake:
    """For one process: SQLite, the demonstration, tests."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def notify(self, topic: str) -> None:
        """Wake whoever waits for the topic in this process."""
        for event in self._waiting.get(topic, ()):
            event.set()

    async def wait(self, topic: str, at_most: timedelta) -> None:
        """Return when the topic was notified, or at the latest after `at_most`."""
        event = asyncio.Event()
        waiting = self._waiting.setdefault(topic, set())
        waiting.add(event)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), at_most.total_seconds())
        finally:
            waiting.discard(event)
            if not waiting:
                self._waiting.pop(topic, None)


class RedisWake:
    """For many processes: one subscription each, one channel, the topic is the message.

    `start` begins to listen; a lost connection is taken up again, and what was said meanwhile
    is lost, which is allowed.
    """

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
        self._local = LocalWake()
        self._listener: asyncio.Task[None] | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._listening = asyncio.Event()

    async def start(self) -> None:
        """Begin to listen."""
        self._listener = asyncio.create_task(self._listen())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._listening.wait(), 2)

    async def close(self) -> None:
        """Stop listening and close the connections."""
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener
        await asyncio.gather(*self._sending, return_exceptions=True)
        await self._redis.connection_pool.disconnect(inuse_connections=True)
        await self._redis.aclose()

    def notify(self, topic: str) -> None:
        """Wake whoever waits for the topic, here at once, elsewhere soon."""
        self._local.notify(topic)
        task = asyncio.get_running_loop().create_task(self._send(topic))
        self._sending.add(task)  # a task that nobody holds may be collected
        task.add_done_callback(self._sending.discard)

    async def wait(self, topic: str, at_most: timedelta) -> None:
        """Return when the topic was notified, or at the latest after `at_most`."""
        await self._local.wait(topic, at_most)

    async def _send(self, topic: str) -> None:
        with suppress(RedisError, OSError):
            await self._redis.publish(_CHANNEL, topic)

    async def _listen(self) -> None:
        while True:
            with suppress(RedisError, OSError):
                async with self._redis.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.subscribe(_CHANNEL)
                    self._listening.set()
                    while True:
                        message = await subscription.get_message(timeout=1.0)
                        if message is not None:
                            self._local.notify(message["data"].decode())
            await asyncio.sleep(0.5)
