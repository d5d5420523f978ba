"""A signing journey for tests: a room on the test's clock, a logged-in citizen, a document."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from certs.base.effects import system_entropy
from certs.keys.custody import KeyEncryptionKey
from house.browsing import Browser, answered
from house.citizen import Citizen, approval_of
from house.department import Department
from house.world import Idp
from idp.domain.signing import SigningRequest
from idp.flows import certificate
from idp.ports.signing_room import KeyBinding, KeySignature, NewKey, SigningOrder
from idp.signing_room.room import Room


@dataclass
class RoomHere:
    """A signing room in this process, so that it sees the test's clock; keeps its orders."""

    room: Room
    orders: list[SigningOrder] = field(default_factory=list)
    before: Callable[[SigningOrder], SigningOrder] = lambda order: order

    async def new_key(self, binding: KeyBinding) -> NewKey:
        return self.room.new_key(binding)

    async def sign(self, order: SigningOrder) -> KeySignature:
        changed = self.before(order)
        self.orders.append(changed)
        return self.room.sign(changed)


def room_on(clock: Callable[[], datetime], kek: bytes = b"k" * 32) -> RoomHere:
    return RoomHere(
        Room(
            KeyEncryptionKey(kek),
            rp_id="id.localhost",
            origin="http://id.localhost:8200",
            clock=clock,
            entropy=system_entropy,
        )
    )


@dataclass
class Journey:
    """A department, a citizen who has logged in to it, and their browser."""

    idp: Idp
    room: RoomHere
    department: Department
    citizen: Citizen
    browser: Browser
    sub: str

    @classmethod
    async def begin(cls, idp: Idp, **registration: Any) -> Journey:
        room = room_on(idp.watch)
        idp.world = dataclasses.replace(idp.world, signing_room=room)
        idp.app.state.world = idp.world
        department = await idp.department(**registration)
        citizen = await idp.citizen()
        await accept_certificate(citizen)
        browser = idp.browser()
        back = await citizen.log_in(department, browser)
        tokens = (await department.token(browser, code=back["code"])).json()
        claims = tokens["id_token"].split(".")[1]
        sub = json.loads(_decode(claims))["sub"]
        return cls(idp, room, department, citizen, browser, sub)

    async def ask(self, document: bytes, **changes: Any) -> httpx.Response:
        """POST /signing/requests as the department does."""
        fields = {
            "sub": self.sub,
            "title": "Application for renewal",
            "purpose": "Renew a vehicle licence",
            "matter": "licence_renewal",
            "redirect_uri": self.department.client.signing_redirect_uris[0],
            "state": "state-2",
        }
        return await self.machine("/signing/requests", {**fields, **changes}, document)

    async def machine(
        self, path: str, fields: dict[str, Any], document: bytes | None = None
    ) -> httpx.Response:
        """A call of the department's server."""
        transport = httpx.ASGITransport(app=self.idp.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=self.idp.issuer) as client:
            files = None
            if document is not None:
                files = {"document": ("x.pdf", document, "application/pdf")}
            form = self.department.authenticated(**fields)
            return await client.post(path, data=form, files=files)

    async def asked(self, document: bytes, **changes: Any) -> str:
        """A request that was taken in: its id."""
        response = await self.ask(document, **changes)
        assert response.status_code == 201, response.text
        identifier: str = response.json()["signing_request_id"]
        return identifier

    async def begun(self, signing_request_id: str, browser: Browser | None = None) -> str:
        """The browser goes to sign_uri: the approval's id."""
        shown = await (browser or self.browser).get(f"/signing/{signing_request_id}")
        return approval_of(shown)

    async def back(self, approval_id: str, browser: Browser | None = None) -> dict[str, str]:
        """The browser goes on: what the department learns."""
        page = await (browser or self.browser).get(f"/approvals/{approval_id}/continue")
        return answered(page)

    async def result(self, signing_request_id: str) -> httpx.Response:
        """POST …/result as the department does."""
        return await self.machine(f"/signing/requests/{signing_request_id}/result", {})

    async def request(self, signing_request_id: str) -> SigningRequest:
        async with self.idp.world.storage.unit_of_work() as work:
            found = await work.signing.get(signing_request_id)
        assert found is not None
        return found


async def accept_certificate(citizen: Citizen) -> None:
    now = citizen.world.clock()
    made = await certificate.ensure(citizen.phone, citizen.world, now)
    await certificate.accept(citizen.phone, made.serial, citizen.world, now)


def _decode(text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
