"""The room as a process: it answers, it survives bad orders, its death fails one order only."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from world.citizen import ORIGIN, RP_ID, Citizen
from world.papers import page
from world.pki import Pki

from idp.signing.activation import ActivationRefused
from idp.signing_room import RoomUnavailable, SigningRoomProcess


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[SigningRoomProcess]:
    room = SigningRoomProcess(tmp_path / "room.kek", rp_id=RP_ID, origin=ORIGIN)
    yield room
    await room.close()


async def test_makes_a_key_and_signs_with_it(room: SigningRoomProcess, tmp_path: Path) -> None:
    pki, citizen, document = Pki(now=datetime.now(UTC)), Citizen(), page()
    citizen.certify(await room.new_key(citizen.binding), pki)
    order = citizen.order(document)
    made = await room.sign(order)
    assert made.prepared.document.startswith(document)
    with pytest.raises(ActivationRefused, match="activation_used"):
        await room.sign(order)
    assert stat.S_IMODE((tmp_path / "room.kek").stat().st_mode) == 0o600


async def test_killed_process_fails_the_order_and_the_next_one_gets_a_new_process(
    room: SigningRoomProcess,
) -> None:
    pki, citizen, document = Pki(now=datetime.now(UTC)), Citizen(), page()
    citizen.certify(await room.new_key(citizen.binding), pki)
    first = room.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    pending = asyncio.create_task(room.sign(citizen.order(document)))
    await asyncio.sleep(0.2)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(RoomUnavailable):
        await pending
    assert (await room.sign(citizen.order(document, approval_id="approval-2"))).signature
    assert room.pid not in {None, first}


async def test_hanging_process_is_ended(tmp_path: Path) -> None:
    room = SigningRoomProcess(tmp_path / "room.kek", rp_id=RP_ID, origin=ORIGIN, timeout=0.5)
    await room.start()
    pid = room.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(RoomUnavailable):
        await room.new_key(Citizen().binding)
    assert room.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    await room.close()


async def test_key_file_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    kek = tmp_path / "room.kek"
    room = SigningRoomProcess(kek, rp_id=RP_ID, origin=ORIGIN)
    await room.start()
    await room.close()
    kek.chmod(0o644)
    again = SigningRoomProcess(kek, rp_id=RP_ID, origin=ORIGIN)
    with pytest.raises(RoomUnavailable):
        await again.start()
