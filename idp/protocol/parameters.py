"""OAuth parameters as they arrive: no duplicates, no surprises in characters or sizes.

A framework's parser keeps the last of two equal names; the specifications forbid the second one
(RFC 6749 §3.1, §3.2), and two parties that keep different ones can be played against each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote_to_bytes

from idp.domain.errors import ErrorCode, ProtocolError

Parameters = Mapping[str, str]

MAX_PARAMETERS: Final = 64
MAX_NAME: Final = 64
MAX_VALUE: Final = 2048
#: In bytes of UTF-8. A state or nonce of a sane length comes back byte for byte.
CAPS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "client_id": 128,
        "client_assertion": 8192,
        "id_token_hint": 8192,
        "request": 8192,
        "scope": 1024,
        "state": 4096,
        "nonce": 1024,
        "code": 256,
        "code_verifier": 256,
        "code_challenge": 256,
        "refresh_token": 256,
        "ui_locales": 256,
        "login_hint": 512,
        "acr_values": 512,
    }
)

_NAME: Final = re.compile(r"[A-Za-z0-9_.\-]+")
_BROKEN_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
#: C0, DEL, C1: none has a meaning in a parameter; NUL ends strings in other people's programs.
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def parse_form(body: bytes) -> Parameters:
    """Read an `application/x-www-form-urlencoded` body or a query string.

    A parameter without a value counts as omitted (RFC 6749 §3.1), but still as sent: sending it
    twice is refused.

    Raises ProtocolError(invalid_request): `duplicate_parameter`, `too_many_parameters`,
    `malformed_parameter`, `parameter_too_long`, `control_character`.
    """
    found: dict[str, str] = {}
    pairs = [pair for pair in body.split(b"&") if pair]
    if len(pairs) > MAX_PARAMETERS:
        raise _refused("too_many_parameters")
    for pair in pairs:
        raw_name, _, raw_value = pair.partition(b"=")
        name, value = _decode(raw_name), _decode(raw_value)
        if len(name) > MAX_NAME or not _NAME.fullmatch(name):
            raise _refused("malformed_parameter")
        if name in found:
            raise _refused("duplicate_parameter")
        if len(value.encode()) > CAPS.get(name, MAX_VALUE):
            raise _refused("parameter_too_long")
        if _CONTROL.search(value):
            raise _refused("control_character")
        found[name] = value
    return MappingProxyType({name: value for name, value in found.items() if value})


def require(parameters: Parameters, name: str) -> str:
    """Take a parameter that must be there.

    Raises ProtocolError(invalid_request, `<name>_missing`).
    """
    value = parameters.get(name)
    if value is None:
        raise _refused(f"{name}_missing")
    return value


def _decode(raw: bytes) -> str:
    if _BROKEN_ESCAPE.search(raw):
        raise _refused("malformed_parameter")
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise _refused("malformed_parameter") from None


def _refused(reason: str) -> ProtocolError:
    return ProtocolError(ErrorCode.INVALID_REQUEST, reason)
