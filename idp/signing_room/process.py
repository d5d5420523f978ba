"""The identity provider's side of the signing room: starts its process, speaks to it, buries it.

One order at a time. Where the process dies or does not answer in time, the order fails with
`signing_room_unavailable`, the process is ended, and the next order starts a new one. What to do
with the failed order is the flow's to know: its activation counts as used.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import idp
from idp.domain.errors import IdpError
from idp.ports.signing_room import KeyBinding, KeySignature, NewKey, SigningOrder
from idp.signing.activation import ActivationRefused
from idp.signing_room import messages
from idp.signing_room.wire import (
    HEADER,
    Message,
    WireError,
    encode,
    object_length,
    read_object,
)

TIMEOUT_SECONDS: Final = 20.0
START_SECONDS: Final = 30.0


class RoomUnavailable(IdpError):  # noqa: N818 - a state, by its reason
    """The room's process died, or did not answer in time."""

    def __init__(self) -> None:
        super().__init__("signing_room_unavailable")


class SigningRoomProcess:
    """A `SigningRoom` in a process of its own; started by the first order, or by `start`."""

    def __init__(
        self, kek_file: Path, *, rp_id: str, origin: str, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._command = (
            sys.executable,
            "-P",  # no module from the folder that we happen to stand in
            "-m",
            "idp.signing_room",
            str(kek_file.absolute()),
            rp_id,
            origin,
        )
        self._timeout = timeout
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start the process and wait until it answers. Raises RoomUnavailable."""
        await self._call(Message(fields={"op": "ping"}))

    async def new_key(self, binding: KeyBinding) -> NewKey:
        """Make a citizen's key that only this passkey can ever activate."""
        return messages.read_new_key(await self._call(messages.ask_new_key(binding)))

    async def sign(self, order: SigningOrder) -> KeySignature:
        """Check the activation, open the key once, sign, forget. Raises IdpError."""
        return messages.read_signature(await self._call(messages.ask_sign(order)))

    async def close(self) -> None:
        """End the process."""
        async with self._lock:
            await self._end()

    async def _call(self, message: Message) -> Message:
        try:
            data = encode(message)
        except WireError as error:  # larger than the room takes: nothing was asked of it
            raise RoomUnavailable from error
        async with self._lock:
            try:
                process, patience = await self._running()
                answer = await asyncio.wait_for(_exchange(process, data), patience)
            except (OSError, EOFError, TimeoutError, WireError) as error:
                await self._end()
                raise RoomUnavailable from error
            except BaseException:  # cancelled between question and answer: they would not match
                await self._end()
                raise
        if "refused" in answer.fields:
            raise ActivationRefused(str(answer.fields["refused"]))
        if "done" not in answer.fields:
            raise RoomUnavailable
        return answer

    async def _running(self) -> tuple[asyncio.subprocess.Process, float]:
        if self._process is not None and self._process.returncode is None:
            return self._process, self._timeout
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={"PYTHONPATH": str(Path(idp.__file__).parents[1]), "PYTHONUTF8": "1"},
            start_new_session=True,  # Ctrl-C in the terminal is for our parent to handle
        )
        return self._process, self._timeout + START_SECONDS

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()  # also closes the pipes


async def _exchange(process: asyncio.subprocess.Process, data: bytes) -> Message:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(data)
    await process.stdin.drain()
    length = object_length(await process.stdout.readexactly(HEADER.size))
    fields, lengths = read_object(await process.stdout.readexactly(length))
    blobs = [await process.stdout.readexactly(size) for size in lengths]
    return Message(fields=fields, blobs=blobs)
