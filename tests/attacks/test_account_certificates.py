"""Changing a certificate in the account: not in a browser that somebody left open."""

from __future__ import annotations

import dataclasses

import httpx
import pytest
from world.phone_app import PhoneApp, csrf_of
from world.signing import room_on

from certs.register.model import CertificateStatus
from house.browsing import Browser
from house.citizen import Citizen, approval_of
from house.world import Idp
from idp.flows import certificate


@pytest.fixture
def with_room(idp: Idp) -> Idp:
    """A provider whose signing room is in this process."""
    idp.app.state.world = idp.world = dataclasses.replace(
        idp.world, signing_room=room_on(idp.watch)
    )
    return idp


async def logged_in(citizen: Citizen, desktop: Browser) -> None:
    """Log in to the account with the phone."""
    shown = await desktop.get("/account/certificates")
    form = {"csrf_token": csrf_of(shown), "wanted": "/account/certificates"}
    approval_id = approval_of(await desktop.post("/account/login", form))
    await citizen.approve(approval_id)
    gone_on = await desktop.get(f"/approvals/{approval_id}/continue")
    assert gone_on.headers["location"] == "/account/certificates"


async def press(browser: Browser, act: str, serial: int) -> httpx.Response:
    """Press a button on the certificate's card."""
    token = csrf_of(await browser.get("/account/certificates"))
    form = {"csrf_token": token, "id": f"{serial:x}"}
    return await browser.post(f"/account/certificates/{act}", form)


async def active(citizen: Citizen, idp: Idp) -> int:
    """A certificate that was accepted."""
    serial = (await certificate.ensure(citizen.phone, idp.world, idp.watch())).serial
    await certificate.accept(citizen.phone, serial, idp.world, idp.watch())
    return serial


@pytest.mark.parametrize("act", ["suspend", "revoke"])
async def test_an_old_login_is_asked_again(with_room: Idp, act: str) -> None:
    idp = with_room
    citizen, desktop = await idp.citizen("tai-man"), idp.browser()
    serial = await active(citizen, idp)
    await logged_in(citizen, desktop)
    idp.watch.advance(minutes=10, seconds=1)

    refused = await press(desktop, act, serial)

    assert refused.status_code == 403
    assert "Log in again" in refused.text
    assert idp.world.authority.status(serial) is CertificateStatus.ACTIVE
    await logged_in_again(citizen, desktop, refused)
    assert (await press(desktop, act, serial)).status_code == 303
    assert idp.world.authority.status(serial) is not CertificateStatus.ACTIVE


async def logged_in_again(citizen: Citizen, desktop: Browser, refused: httpx.Response) -> None:
    """Take the way that the refusal offers: back to the certificates, in the same session."""
    form = {"csrf_token": csrf_of(refused), "wanted": "/account/certificates"}
    approval_id = approval_of(await desktop.post("/account/login", form))
    await citizen.approve(approval_id)
    gone_on = await desktop.get(f"/approvals/{approval_id}/continue")
    assert gone_on.headers["location"] == "/account/certificates"


async def test_a_lifted_hold_needs_a_recent_login_too(with_room: Idp) -> None:
    idp = with_room
    citizen, desktop = await idp.citizen("tai-man"), idp.browser()
    serial = await active(citizen, idp)
    await logged_in(citizen, desktop)
    assert (await press(desktop, "suspend", serial)).status_code == 303
    idp.watch.advance(minutes=11)

    assert (await press(desktop, "resume", serial)).status_code == 403
    assert idp.world.authority.status(serial) is CertificateStatus.SUSPENDED


async def test_a_recent_login_and_the_phone_itself_may(with_room: Idp) -> None:
    idp = with_room
    citizen, desktop = await idp.citizen("tai-man"), idp.browser()
    serial = await active(citizen, idp)
    await logged_in(citizen, desktop)
    idp.watch.advance(minutes=10)
    assert (await press(desktop, "suspend", serial)).status_code == 303
    phone = await PhoneApp.bind(idp.browser(), "tai-man")
    idp.watch.advance(days=2)

    assert (await press(phone.browser, "resume", serial)).status_code == 303
    assert idp.world.authority.status(serial) is CertificateStatus.ACTIVE
    activity = (await phone.browser.get("/account/activity")).text
    assert "Your signing certificate was put on hold" in activity
    assert "The hold on your signing certificate was lifted" in activity


async def test_nobody_is_told_to_log_in_first(with_room: Idp) -> None:
    idp = with_room
    stranger = idp.browser()

    answer = await press(stranger, "revoke", 1)

    assert answer.status_code >= 400
    assert await idp.events("CertificateRevoked") == []
