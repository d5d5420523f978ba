"""A resident signs a document of their own: the provider itself is the one who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from idp.domain.client import Capability, Client
from idp.domain.signing import SigningRequest
from idp.flows.sign import check_matter, keep_request
from idp.ports.world import UnitOfWork, World
from idp.signing.request import SigningForm

CLIENT_ID: Final = "self"
RETURN_PATH: Final = "/sign/done"


def own_client(issuer: str) -> Client:
    """The provider as a department of its own: it has no keys, so nobody can speak for it."""
    return Client(
        client_id=CLIENT_ID,
        client_name={"en": "OneChop", "zh-Hant-HK": "一印通", "zh-Hans": "一印通"},
        host=urlsplit(issuer).hostname or "",
        redirect_uris=(),
        signing_redirect_uris=(issuer + RETURN_PATH,),
        jwks={"keys": []},
        sector_identifier=urlsplit(issuer).hostname or "",
        capabilities=frozenset({Capability.SIGN}),
        government=False,
    )


async def ensure_own_client(work: UnitOfWork, world: World) -> None:
    """Know ourselves as a department, from the first time that we ask something."""
    if await work.clients.get(CLIENT_ID) is None:
        await work.clients.put(own_client(world.policy.issuer))


async def ask_own(  # noqa: PLR0917 - the facts of one request
    person_id: str,
    title: str,
    purpose: str,
    matter: str,
    document: bytes,
    pages: int,
    world: World,
    now: datetime,
) -> SigningRequest:
    """Keep a resident's own request; the document was examined before.

    Raises MatterExcluded, ProtocolError (unknown_matter).
    """
    client = own_client(world.policy.issuer)
    await check_matter(client, matter, person_id, world, now)
    form = SigningForm(
        sub="",
        title=title,
        purpose=purpose,
        matter=matter,
        redirect_uri=client.signing_redirect_uris[0],
        state="",
    )
    async with world.storage.unit_of_work() as work:
        await ensure_own_client(work, world)
        return await keep_request(work, client, person_id, form, document, pages, world, now)
