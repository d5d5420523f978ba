"""The phone app as a person uses it: pages and forms over HTTP, with a software passkey."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx

from house.browsing import Browser
from house.world import Idp
from idp.approval import qr
from onechop.phone.passkey import SoftwarePasskey


@dataclass
class PhoneApp:
    """A browser that was bound as a resident's phone."""

    browser: Browser
    passkey: SoftwarePasskey

    @classmethod
    async def bind(cls, browser: Browser, person_id: str) -> PhoneApp:
        """Press "Use this window as the phone of …" and let the passkey be made."""
        token = csrf_of(await browser.get("/phone/residents"))
        form = {"csrf_token": token}
        answer = await browser.post(f"/phone/residents/{person_id}/options", form)
        passkey, credential = SoftwarePasskey.create(
            answer.json()["publicKey"], origin=browser.origin
        )
        bound = await browser.post(
            f"/phone/residents/{person_id}", {**form, "credential": json.dumps(credential)}
        )
        assert bound.status_code == 303, bound.text
        return cls(browser, passkey)

    async def token(self) -> str:
        """The form token of this browser."""
        return csrf_of(await self.browser.get("/phone"))

    async def open(self, **what: str) -> httpx.Response:
        """Open a request by `link` (scanned) or `code` (typed)."""
        return await self.browser.post("/phone/open", {"csrf_token": await self.token(), **what})

    async def options(self, approval_id: str, **answer: str) -> httpx.Response:
        """Ask for the passkey's options for this answer."""
        form = {"csrf_token": await self.token(), **answer}
        return await self.browser.post(f"/phone/requests/{approval_id}/options", form)

    async def approve(self, approval_id: str, **answer: str) -> httpx.Response:
        """Answer, use the passkey, send."""
        asked = (await self.options(approval_id, **answer)).json()
        return await self.send(approval_id, self.passkey.get(asked["publicKey"]), **answer)

    async def send(
        self, approval_id: str, credential: dict[str, Any], **answer: str
    ) -> httpx.Response:
        """Send an answer with a credential."""
        form = {"csrf_token": await self.token(), "credential": json.dumps(credential), **answer}
        return await self.browser.post(f"/phone/requests/{approval_id}/approve", form)

    async def post(self, path: str, **form: str) -> httpx.Response:
        """Send any other form."""
        return await self.browser.post(path, {"csrf_token": await self.token(), **form})


def csrf_of(response: httpx.Response) -> str:
    """The form token in a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
    assert found is not None, response.text
    return found[1]


async def link_of(idp: Idp, approval_id: str) -> str:
    """The link in the QR code of this moment."""
    async with idp.world.storage.unit_of_work() as work:
        found = await work.approvals.get(approval_id)
    assert found is not None
    policy = idp.world.policy
    step = policy.qr_step_of(found.kind)
    return qr.link(policy.issuer, found.qr_handle, found.qr_secret, idp.watch(), step)
