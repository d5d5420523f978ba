"""A department's registration: JSON, in the terms of RFC 7591, to a checked `Client`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from idp.domain.client import Capability, Client, ClientProfile
from idp.domain.errors import ErrorCode, ProtocolError
from idp.protocol import jose
from idp.protocol.claims import OPENID, SCOPES
from idp.protocol.redirect_uri import check_registration

FIELDS: Final = frozenset(Client.__dataclass_fields__)
REQUIRED: Final = frozenset(
    {"client_id", "client_name", "host", "redirect_uris", "jwks", "scopes", "sector_identifier"}
)
LANGUAGES: Final = frozenset({"en", "zh-Hant-HK", "zh-Hans"})
_CLIENT_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def read_registration(document: Mapping[str, Any], *, http_allowed: bool) -> Client:
    """Decide whether a registration is sound; deny by default, an unknown field included.

    Raises ProtocolError(invalid_request) with the field in its reason.
    """
    if not document.keys() <= FIELDS or not document.keys() >= REQUIRED:
        raise _refused("fields")
    try:
        client = _client(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused("types") from error
    _check_names(client)
    _check_uris(client, http_allowed=http_allowed)
    if OPENID not in client.scopes or not client.scopes <= SCOPES.keys():
        raise _refused("scopes")
    try:
        jose.import_keys(client.jwks)
    except jose.TokenRefused as refusal:
        raise _refused("jwks") from refusal
    return client


def _client(document: Mapping[str, Any]) -> Client:
    return Client(
        client_id=_text(document["client_id"]),
        client_name={_text(k): _text(v) for k, v in document["client_name"].items()},
        host=_text(document["host"]),
        redirect_uris=_texts(document["redirect_uris"]),
        post_logout_redirect_uris=_texts(document.get("post_logout_redirect_uris", [])),
        signing_redirect_uris=_texts(document.get("signing_redirect_uris", [])),
        jwks={"keys": list(document["jwks"]["keys"])},
        profile=ClientProfile(document.get("profile", ClientProfile.GOV_HIGH)),
        scopes=frozenset(_texts(document["scopes"])),
        sector_identifier=_text(document["sector_identifier"]),
        capabilities=frozenset(Capability(c) for c in document.get("capabilities", [])),
        government=bool(document.get("government", True)),
        notice_uri=document.get("notice_uri"),
    )


def _check_names(client: Client) -> None:
    if not _CLIENT_ID.fullmatch(client.client_id):
        raise _refused("client_id")
    if client.client_name.keys() != LANGUAGES or not all(client.client_name.values()):
        raise _refused("client_name")


def _check_uris(client: Client, *, http_allowed: bool) -> None:
    """Every URI is sound, and none is registered for two purposes."""
    every = (
        *client.redirect_uris,
        *client.post_logout_redirect_uris,
        *client.signing_redirect_uris,
        *((client.notice_uri,) if client.notice_uri else ()),
    )
    if not client.redirect_uris or len(set(every)) != len(every):
        raise _refused("redirect_uris")
    for uri in every:
        check_registration(uri, http_allowed=http_allowed)


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 512:
        raise TypeError("not a text")
    return value


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) > 32:
        raise TypeError("not a list of texts")
    return tuple(_text(value) for value in values)


def _refused(field: str) -> ProtocolError:
    return ProtocolError(ErrorCode.INVALID_REQUEST, f"registration_{field}")
