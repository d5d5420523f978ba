"""The tables behind `idp/storage/grants.py`, and how their rows become values."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from sqlalchemy import JSON, Column, Index, LargeBinary, Row, String, Table, Text

from idp.domain.grants import Grant
from idp.storage.schema import Instant, metadata

_ID: Final = 64
_CLIENT: Final = 128

pushed_requests = Table(
    "pushed_requests",
    metadata,
    Column("authorization_id", String(_ID), primary_key=True),
    Column("request_uri_digest", LargeBinary(32), nullable=False, unique=True),
    Column("client_id", String(_CLIENT), nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("completed_at", Instant),
)

grants = Table(
    "grants",
    metadata,
    Column("grant_id", String(_ID), primary_key=True),
    Column("client_id", String(_CLIENT), nullable=False),
    Column("person_id", String(_ID), nullable=False, index=True),
    Column("session_id", String(_ID), nullable=False),
    Column("scope", JSON, nullable=False),
    Column("claims", JSON, nullable=False),
    Column("consent_id", String(_ID)),
    Column("acr", String(128), nullable=False),
    Column("amr", JSON, nullable=False),
    Column("auth_time", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

authorization_codes = Table(
    "authorization_codes",
    metadata,
    Column("code_digest", LargeBinary(32), primary_key=True),
    Column("grant_id", String(_ID), nullable=False),
    Column("client_id", String(_CLIENT), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", String(64), nullable=False),
    Column("nonce", Text),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("redeemed_at", Instant),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("token_digest", LargeBinary(32), primary_key=True),
    Column("grant_id", String(_ID), nullable=False),
    Column("client_id", String(_CLIENT), nullable=False),
    Column("person_id", String(_ID), nullable=False),
    Column("scope", JSON, nullable=False),
    Column("claims", JSON, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_digest", LargeBinary(32), primary_key=True),
    Column("grant_id", String(_ID), nullable=False),
    Column("client_id", String(_CLIENT), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

spent_assertions = Table(
    "spent_assertions",
    metadata,
    Column("client_id", String(_CLIENT), primary_key=True),
    Column("jti", String(128), primary_key=True),
    Column("expires_at", Instant, nullable=False, index=True),
)

consents = Table(
    "consents",
    metadata,
    Column("consent_id", String(_ID), primary_key=True),
    Column("person_id", String(_ID), nullable=False),
    Column("client_id", String(_CLIENT), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("claims", JSON, nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    Column("last_used_at", Instant),
    Index("ix_consents_person_client", "person_id", "client_id"),
)

subjects = Table(
    "subjects",
    metadata,
    Column("sector_identifier", String(256), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("person_id", String(_ID), nullable=False),
)


def columns_of(value: Any) -> dict[str, Any]:
    """The fields of a value as the columns of its table; tuples become lists."""
    found = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in found.items()}


def tuples(row: Row[Any], *names: str) -> dict[str, Any]:
    """A row as keyword arguments, the named JSON lists as tuples."""
    found = row._asdict()
    return found | {name: tuple(found[name]) for name in names}


def grant_of(row: Row[Any]) -> Grant:
    """A row of `grants` as a value."""
    return Grant(**tuples(row, "scope", "claims", "amr"))
