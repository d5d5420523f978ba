"""Live pages: each change once, nothing lost, and an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from world.papers import page
from world.phone_app import PhoneApp
from world.signing import Journey

from house.world import Idp
from idp.flows import waiting_list
from idp.flows.at_the_phone import person_topic
from idp.web import live


class Lines:
    """What a stream says, line by line, with `at_most` seconds of patience."""

    def __init__(self, chunks: AsyncIterator[object]) -> None:
        self._chunks = chunks

    async def next(self, at_most: float = 2.0) -> str:
        chunk = await asyncio.wait_for(anext(self._chunks), at_most)  # type: ignore[arg-type]
        return str(chunk).strip()


async def test_each_change_is_told_once_and_at_once(idp: Idp) -> None:
    states = ["waiting"]

    async def look() -> str:
        return states[-1]

    answer = live.stream(idp.world, "t", look, lambda state: state == "over")
    lines = Lines(answer.body_iterator)
    assert answer.headers["cache-control"] == "no-store"
    assert await lines.next() == "retry: 2000"
    assert await lines.next() == "event: state\ndata: waiting"

    following = asyncio.ensure_future(lines.next())
    await asyncio.sleep(0.01)
    idp.world.wake.notify("t")  # nothing has changed
    await asyncio.sleep(0.01)
    assert not following.done()
    states.append("over")
    idp.world.wake.notify("t")
    assert await following == "event: state\ndata: over"
    with pytest.raises(StopAsyncIteration):
        await lines.next()


async def test_a_phone_is_told_of_a_signature_that_waits(idp: Idp) -> None:
    journey = await Journey.begin(idp)
    citizen, there = journey.citizen, idp.world
    async with there.storage.unit_of_work() as work:
        session = await work.sessions.get(citizen.phone.session_id)
    assert session is not None

    async def look() -> str:
        return await waiting_list.look(session, there, there.clock())

    stream = live.stream(there, person_topic(session.person_id), look, lambda _: False)
    lines = Lines(stream.body_iterator)
    await lines.next()
    nothing = await lines.next()
    following = asyncio.ensure_future(lines.next())
    await asyncio.sleep(0.01)
    await journey.begun(await journey.asked(page("An application")))

    assert await following != nothing


async def test_the_page_knows_the_name_of_the_list_that_it_shows(idp: Idp) -> None:
    journey = await Journey.begin(idp)
    phone = await PhoneApp.bind(idp.browser(), journey.citizen.phone.person_id)
    empty = waiting_list.fingerprint(())
    assert f'data-waiting="{empty}"' in (await phone.browser.get("/phone")).text

    await journey.begun(await journey.asked(page("An application")))

    shown = (await phone.browser.get("/phone")).text
    assert f'data-waiting="{empty}"' not in shown
    assert "Asks you to sign a document" in shown


async def test_somebody_else_s_list_does_not_change(idp: Idp) -> None:
    journey = await Journey.begin(idp)
    other = await idp.citizen("maria")
    async with idp.world.storage.unit_of_work() as work:
        session = await work.sessions.get(other.phone.session_id)
    assert session is not None
    before = await waiting_list.look(session, idp.world, idp.watch())

    await journey.begun(await journey.asked(page("An application")))

    assert await waiting_list.look(session, idp.world, idp.watch()) == before


async def test_the_stream_ends_with_the_session_and_needs_one(idp: Idp) -> None:
    phone = await PhoneApp.bind(idp.browser(), "tai-man")
    async with idp.world.storage.unit_of_work() as work:
        (session,) = await work.sessions.of_person("tai-man", idp.watch())
    await phone.post("/phone/sign-out")

    seen = await waiting_list.look(session, idp.world, idp.watch())

    assert seen == waiting_list.SIGNED_OUT
    assert (await idp.browser().get("/phone/events")).status_code >= 400
