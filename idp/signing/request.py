"""The shape of a signing request: which fields, how long, which document; before anything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idp.domain.client import Capability, Client
from idp.domain.errors import ErrorCode, ProtocolError

MAX_TITLE: Final = 120
MAX_PURPOSE: Final = 200
MAX_STATE: Final = 512
_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_PDF: Final = b"%PDF-"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningForm:
    """What a department asks for, checked in shape; `title` and `purpose` are safe text."""

    sub: str
    title: str
    purpose: str
    matter: str
    redirect_uri: str
    state: str


def read_form(client: Client, fields: Mapping[str, str], document: bytes) -> SigningForm:
    """Check the fields of `POST /signing/requests` and take them over.

    The redirect_uri must be one of those registered for signing, character by character
    (as RFC 9700 §2.1 has it for logging in). Raises ProtocolError with `invalid_request`,
    `unauthorized_client` or `invalid_document`.
    """
    if not client.may(Capability.SIGN):
        raise ProtocolError(ErrorCode.UNAUTHORIZED_CLIENT, "client_may_not_ask_for_signatures")
    form = SigningForm(
        sub=_required(fields, "sub", 255),
        title=_required(fields, "title", MAX_TITLE),
        purpose=_required(fields, "purpose", MAX_PURPOSE),
        matter=_required(fields, "matter", 64),
        redirect_uri=_required(fields, "redirect_uri", 2048),
        state=_required(fields, "state", MAX_STATE),
    )
    if form.redirect_uri not in client.signing_redirect_uris:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "redirect_uri_not_registered")
    if not _SLUG.fullmatch(form.matter):
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "matter_malformed")
    check_document(document)
    return form


def check_document(document: bytes, limit: int = 20 * 1024 * 1024) -> None:
    """Refuse what cannot be a PDF of a size that we take; the linter looks closer.

    Raises ProtocolError (`invalid_document`: document_missing, document_too_large, not_a_pdf).
    """
    if not document:
        raise ProtocolError(ErrorCode.INVALID_DOCUMENT, "document_missing")
    if len(document) > limit:
        raise ProtocolError(ErrorCode.INVALID_DOCUMENT, "document_too_large")
    if not document.startswith(_PDF):
        raise ProtocolError(ErrorCode.INVALID_DOCUMENT, "not_a_pdf")


def _required(fields: Mapping[str, str], name: str, at_most: int) -> str:
    value = fields.get(name, "")
    if not value:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, f"{name}_missing")
    if len(value) > at_most:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, f"{name}_too_long")
    return value
