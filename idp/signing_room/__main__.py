"""The room's process: `python -m idp.signing_room KEK_FILE RP_ID ORIGIN`, orders on stdin.

It ends when its stdin ends, that is, with the process that started it. Refusals go back as
reasons; of anything unexpected only the exception's class goes back, never its text.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from pathlib import Path
from typing import BinaryIO, Final

from certs.base.effects import system_clock, system_entropy
from certs.keys.custody import create_kek, load_kek
from idp.domain.errors import IdpError
from idp.signing_room import messages
from idp.signing_room.room import Room
from idp.signing_room.wire import (
    HEADER,
    Message,
    WireError,
    encode,
    object_length,
    read_object,
)

MEMORY: Final = 1536 * 1024 * 1024
_PR_SET_DUMPABLE: Final = 4


def main(arguments: list[str]) -> int:
    """Take the key-encryption key, shut the room, serve orders until stdin ends."""
    kek_file, rp_id, origin = Path(arguments[0]), arguments[1], arguments[2]
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not end up between two answers
    _shut()
    kek = load_kek(kek_file) if kek_file.exists() else create_kek(kek_file, system_entropy)
    room = Room(kek, rp_id=rp_id, origin=origin, clock=system_clock, entropy=system_entropy)
    serve(room, sys.stdin.buffer, answers)
    return 0


def serve(room: Room, orders: BinaryIO, answers: BinaryIO) -> None:
    """Answer messages until the other side is gone."""
    while (header := orders.read(HEADER.size)) and len(header) == HEADER.size:
        fields, lengths = read_object(_exactly(orders, object_length(header)))
        blobs = [_exactly(orders, length) for length in lengths]
        answers.write(encode(_answer(room, Message(fields=fields, blobs=blobs))))
        answers.flush()


def _answer(room: Room, message: Message) -> Message:
    try:
        match message.fields.get("op"):
            case "ping":
                return Message(fields={"done": "ping"})
            case "new_key":
                return messages.tell_new_key(room.new_key(messages.read_binding(message)))
            case "sign":
                return messages.tell_signature(room.sign(messages.read_order(message)))
            case _:
                return Message(fields={"failed": "WireError"})
    except IdpError as refusal:
        return Message(fields={"refused": refusal.reason})
    except Exception as error:  # noqa: BLE001 - one bad order must not end the room
        return Message(fields={"failed": type(error).__name__})


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        raise WireError("the pipe ended")
    return data


def _shut() -> None:
    """No core dump, no debugger of the same user, and a limit on memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
