"""Forms with one document (RFC 7578): no field twice, sizes bounded, file names ignored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from idp.domain.errors import ErrorCode, ProtocolError
from look.text import UnsafeText, safe_text

MAX_FIELDS: Final = 20
MAX_FIELD_BYTES: Final = 32 * 1024
MAX_FORM_BYTES: Final = 64 * 1024
DOCUMENT: Final = "document"
#: NUL and its like, which a database may refuse; texts may have lines and tabs.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The text fields, and the bytes of `document` (empty when none was sent)."""

    fields: Mapping[str, str]
    document: bytes


async def read_upload(request: Request) -> Upload:
    """Read a form with at most one file, called `document`; a form without one may be urlencoded.

    Raises ProtocolError (`invalid_request`): `not_a_form`, `duplicate_parameter`,
    `malformed_parameter`, `parameter_too_long`.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "multipart/form-data":
        upload = await _multipart(request)
    elif content_type == "application/x-www-form-urlencoded":
        upload = await _urlencoded(request)
    else:
        raise _wrong("not_a_form")
    if any(_CONTROL.search(text) for pair in upload.fields.items() for text in pair):
        raise _wrong("malformed_parameter")
    return upload


async def _multipart(request: Request) -> Upload:
    try:
        form = await request.form(max_files=1, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES)
    except HTTPException as error:
        raise _wrong("malformed_parameter") from error
    fields: dict[str, str] = {}
    document: bytes | None = None
    try:
        for name, value in form.multi_items():
            if name in fields or (name == DOCUMENT and document is not None):
                raise _wrong("duplicate_parameter")
            if isinstance(value, str):
                fields[name] = value
            elif name == DOCUMENT:
                document = await value.read()
            else:
                raise _wrong("malformed_parameter")
    finally:
        await form.close()
    return Upload(fields=fields, document=document or b"")


async def _urlencoded(request: Request) -> Upload:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise _wrong("parameter_too_long")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError as error:
        raise _wrong("malformed_parameter") from error
    if len(dict(pairs)) != len(pairs):
        raise _wrong("duplicate_parameter")
    return Upload(fields=dict(pairs), document=b"")


def safe(fields: Mapping[str, str], limits: Mapping[str, int]) -> dict[str, str]:
    """Normalise the fields that people read, each to its length.

    Raises ProtocolError (`invalid_request`, `<name>_unsafe`).
    """
    made = dict(fields)
    for name, limit in limits.items():
        if name in made:
            try:
                made[name] = safe_text(made[name], limit)
            except UnsafeText as refusal:
                raise _wrong(f"{name}_unsafe") from refusal
    return made


def _wrong(reason: str) -> ProtocolError:
    return ProtocolError(ErrorCode.INVALID_REQUEST, reason)
