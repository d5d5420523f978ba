"""What goes through the pipe: a length, a JSON object of at most 128 KiB, then its blobs.

The object says under `blobs` how long each one is. Nothing that arrives can make the reader
allocate more than the limits, or run anything.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

HEADER: Final = struct.Struct(">I")
MAX_OBJECT: Final = 128 * 1024
MAX_BLOBS: Final = 64 * 1024 * 1024


class WireError(Exception):
    """The other side does not speak this protocol, or is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: an object and its blobs."""

    fields: Mapping[str, Any]
    blobs: Sequence[bytes] = ()


def encode(message: Message) -> bytes:
    """Write a message. Raises WireError when it is over the limits."""
    lengths = [len(blob) for blob in message.blobs]
    text = json.dumps({**message.fields, "blobs": lengths}, separators=(",", ":")).encode()
    if len(text) > MAX_OBJECT or sum(lengths) > MAX_BLOBS:
        raise WireError("too large")
    return b"".join((HEADER.pack(len(text)), text, *message.blobs))


def object_length(header: bytes) -> int:
    """Read how long the object is. Raises WireError above the limit."""
    (length,) = HEADER.unpack(header)
    if not 2 <= length <= MAX_OBJECT:
        raise WireError("object length")
    return int(length)


def read_object(text: bytes) -> tuple[dict[str, Any], list[int]]:
    """Read the object and the lengths of its blobs. Raises WireError."""
    try:
        fields = json.loads(text)
        lengths = fields.pop("blobs")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise WireError("object") from error
    fits = isinstance(lengths, list) and all(type(n) is int and n >= 0 for n in lengths)
    if not fits or sum(lengths) > MAX_BLOBS:
        raise WireError("blobs")
    return fields, lengths
