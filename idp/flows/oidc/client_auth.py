"""A department proves who it is: check the assertion, spend its identifier, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from idp.domain.client import Client
from idp.domain.errors import ErrorCode, ProtocolError
from idp.ports.world import World
from idp.protocol import metadata
from idp.protocol.client import authentication as client_auth


async def authenticate(parameters: Mapping[str, str], world: World, now: datetime) -> Client:
    """Authenticate the client of a request and answer its registration.

    The assertion is spent in a transaction of its own: it stays spent whatever the rest of the
    request comes to. Raises ProtocolError: `invalid_client`, `invalid_request`.
    """
    client_id = client_auth.claimed_client(parameters)
    issuer = world.policy.issuer
    async with world.storage.unit_of_work() as work:
        client = await work.clients.get(client_id)
        assertion = client_auth.check_assertion(
            parameters,
            client,
            issuer=issuer,
            token_endpoint=metadata.token_endpoint(issuer),
            now=now,
        )
        spent = await work.grants.spend_jti(
            assertion.client_id, assertion.jti, assertion.expires_at
        )
    if not spent:
        raise ProtocolError(ErrorCode.INVALID_CLIENT, "assertion_replayed")
    assert client is not None  # an unknown one was refused by the check
    return client
