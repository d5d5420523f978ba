"""A citizen for tests: a software passkey that answers approvals through the real flows."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from house.browsing import Browser, answered
from house.department import Department
from idp.domain.approval import Approval, CodeMode
from idp.flows import approve, passkeys, reject
from idp.flows.at_the_phone import Answer, Phone, RejectReason
from idp.ports.world import World
from onechop.phone.passkey import SoftwarePasskey


@dataclass(slots=True)
class Citizen:
    """A resident with a phone."""

    phone: Phone
    passkey: SoftwarePasskey
    world: World

    @classmethod
    async def bind(cls, person_id: str, world: World) -> "Citizen":
        """Bind a new phone."""
        begun = await passkeys.begin_binding(person_id, world, world.clock())
        passkey, credential = SoftwarePasskey.create(begun.options, origin=world.policy.issuer)
        bound = await passkeys.bind(credential, begun.ticket, "Test phone", world, world.clock())
        session = bound.session
        phone = Phone(
            session_id=session.session_id,
            person_id=session.person_id,
            device_id=session.device_id,
        )
        return cls(phone=phone, passkey=passkey, world=world)

    async def approve(self, approval_id: str, chosen: Sequence[str] = ()) -> None:
        """Claim, compare, approve; `chosen` are the optional fields to release."""
        now = self.world.clock()
        await approve.claim(approval_id, self.phone, self.world, now)
        approval = await self.approval(approval_id)
        code = "same" if approval.code_mode is CodeMode.SHOW else approval.code
        answer = Answer(code=code, chosen=tuple(chosen))
        options = await approve.challenge(approval_id, self.phone, answer, self.world, now)
        assert options is not None
        credential = self.passkey.get(options)
        await approve.approve(approval_id, self.phone, answer, credential, self.world, now)

    async def reject(self, approval_id: str) -> None:
        """Claim and reject."""
        now = self.world.clock()
        await approve.claim(approval_id, self.phone, self.world, now)
        await reject.reject(approval_id, self.phone, RejectReason.REJECTED, self.world, now)

    async def approval(self, approval_id: str) -> Approval:
        """The approval as it stands."""
        async with self.world.storage.unit_of_work() as work:
            found = await work.approvals.get(approval_id)
        assert found is not None
        return found

    async def log_in(
        self,
        department: Department,
        browser: Browser,
        chosen: Sequence[str] = (),
        **parameters: object,
    ) -> dict[str, str]:
        """The whole front channel; answers the parameters of the redirect back."""
        request_uri = await department.request_uri(browser, **parameters)
        shown = await browser.get(department.authorize_url(request_uri))
        await self.approve(approval_of(shown), chosen)
        return answered(await browser.get(f"/approvals/{approval_of(shown)}/continue"))


def approval_of(response: httpx.Response) -> str:
    """The approval that /authorize opened."""
    assert response.status_code == 303, response.text
    path = urlsplit(response.headers["location"]).path
    assert path.startswith("/approvals/"), response.headers["location"]
    return path.removeprefix("/approvals/")
