"""Live pages: server-sent events of a state, each time that it has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Final

from starlette.responses import StreamingResponse

from idp.ports.world import World

_LOOK_AGAIN: Final = timedelta(seconds=3)  # a wake may be lost
_PINGS: Final = 5  # looks without a change before a comment keeps the line open

Look = Callable[[], Awaitable[str]]
Over = Callable[[str], bool]


def stream(world: World, topic: str, look: Look, over: Over) -> StreamingResponse:
    """Answer events `state` with what `look` sees, whenever it differs; ends when it is `over`."""
    return StreamingResponse(
        _changes(world, topic, look, over),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _changes(world: World, topic: str, look: Look, over: Over) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    last: str | None = None
    quiet = 0
    while True:
        # Listening begins before looking, so that nothing falls between the two.
        woken = asyncio.ensure_future(world.wake.wait(topic, _LOOK_AGAIN))
        try:
            state = await look()
            if state != last:
                last, quiet = state, 0
                yield f"event: state\ndata: {state}\n\n"
            if over(state):
                return
            quiet += 1
            if quiet % _PINGS == 0:
                yield ": still here\n\n"
            await woken
        finally:
            woken.cancel()
