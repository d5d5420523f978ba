"""Attacks on the pages around an approval: other browsers, old codes, forged forms."""

from __future__ import annotations

import json

import pytest
from world.papers import page
from world.phone_app import PhoneApp, csrf_of, link_of
from world.signing import Journey

from house.browsing import Browser
from house.citizen import approval_of
from house.world import Idp
from idp.domain.approval import ApprovalKind


async def begun(idp: Idp, browser: Browser, scope: str = "openid") -> str:
    """A department asks; this browser shows the waiting page."""
    department = idp.departments.get("licensing") or await idp.department("licensing")
    asked = await department.request_uri(browser, scope=scope)
    return approval_of(await browser.get(department.authorize_url(asked)))


@pytest.fixture
async def phone(idp: Idp) -> PhoneApp:
    return await PhoneApp.bind(idp.browser(), "tai-man")


async def test_the_whole_way_by_pages(idp: Idp, phone: PhoneApp) -> None:
    desktop = idp.browser()
    approval_id = await begun(idp, desktop, "openid identity contact")
    waiting = await desktop.get(f"/approvals/{approval_id}")
    assert "Licensing" in waiting.text

    opened = await phone.open(link=await link_of(idp, approval_id))
    assert opened.headers["location"] == f"/phone/requests/{approval_id}"
    shown = await phone.browser.get(opened.headers["location"])
    assert "Q000•••(•)" in shown.text
    assert "Chrome on Linux" in shown.text
    approved = await phone.approve(approval_id, code="same", release="email")
    assert approved.headers["location"].endswith("/ended")

    gone_on = await desktop.get(f"/approvals/{approval_id}/continue")
    assert "code=" in gone_on.headers["location"]
    assert "__Host-session" in desktop.cookies
    events = await idp.events("ApprovalApproved")
    assert events[0]["released"] == ["hkid", "name_en", "birthdate", "gender", "email"]


@pytest.mark.parametrize("path", ["", "/qr", "/events", "/continue"])
async def test_another_browser_sees_nothing(idp: Idp, path: str) -> None:
    approval_id = await begun(idp, idp.browser())
    other = idp.browser()
    await other.get("/phone")

    response = await other.get(f"/approvals/{approval_id}{path}")

    assert response.status_code == 403
    assert "__Host-session" not in other.cookies


async def test_another_browser_cannot_take_the_login_after_the_approval(
    idp: Idp, phone: PhoneApp
) -> None:
    desktop, thief = idp.browser(), idp.browser()
    await thief.get("/phone")
    approval_id = await begun(idp, desktop)
    await phone.open(link=await link_of(idp, approval_id))
    await phone.approve(approval_id, code="same")

    stolen = await thief.get(f"/approvals/{approval_id}/continue")
    assert stolen.status_code == 403
    own = await desktop.get(f"/approvals/{approval_id}/continue")
    assert "code=" in own.headers["location"]


async def test_an_old_yes_opens_nothing(idp: Idp, phone: PhoneApp) -> None:
    """The phone said yes to a login now, not to one when somebody finds the tab again."""
    desktop = idp.browser()
    approval_id = await begun(idp, desktop)
    await phone.open(link=await link_of(idp, approval_id))
    await phone.approve(approval_id, code="same")
    idp.watch.advance(seconds=idp.world.policy.approval_pickup.total_seconds())

    late = await desktop.get(f"/approvals/{approval_id}/continue")

    assert "error=access_denied" in late.headers["location"]
    assert "code=" not in late.headers["location"]
    assert "__Host-session" not in desktop.cookies


async def test_an_id_alone_claims_no_login(idp: Idp, phone: PhoneApp) -> None:
    """A login that is meant for nobody yet is opened by its moving code, not by its address."""
    approval_id = await begun(idp, idp.browser())

    claimed = await phone.post(f"/phone/requests/{approval_id}/claim")

    assert claimed.status_code == 404
    assert not await idp.events("ApprovalClaimed")


async def test_a_phones_cookie_is_no_login_of_a_browser(idp: Idp, phone: PhoneApp) -> None:
    department, thief = await idp.department("licensing"), idp.browser()
    thief.cookies["__Host-session"] = phone.browser.cookies["__Host-phone"]
    asked = await department.request_uri(thief, scope="openid")
    approval_id = approval_of(await thief.get(department.authorize_url(asked)))

    async with idp.world.storage.unit_of_work() as work:
        found = await work.approvals.get(approval_id)

    assert found is not None
    assert (found.kind, found.person_id) == (ApprovalKind.LOGIN, None)
    assert "Log in with your phone" in (await thief.get("/account")).text


async def test_the_browser_waits_until_the_phone_has_answered(idp: Idp) -> None:
    desktop = idp.browser()
    approval_id = await begun(idp, desktop)

    assert (await desktop.get(f"/approvals/{approval_id}/continue")).status_code == 409


async def test_a_photograph_of_the_code_is_worthless_after_two_steps(
    idp: Idp, phone: PhoneApp
) -> None:
    approval_id = await begun(idp, idp.browser())
    link = await link_of(idp, approval_id)
    idp.watch.advance(seconds=20)

    assert (await phone.open(link=link)).status_code == 400
    assert (await phone.browser.get("/R/" + link.rpartition("/")[2])).status_code == 400
    fresh = await phone.open(link=await link_of(idp, approval_id))
    assert fresh.status_code == 303


@pytest.mark.parametrize(("seconds", "status"), [(5, 303), (6, 400)])
async def test_a_photograph_of_a_signing_code_is_worthless_after_six_seconds(
    idp: Idp, seconds: int, status: int
) -> None:
    journey = await Journey.begin(idp)
    phone = await PhoneApp.bind(idp.browser(), journey.citizen.phone.person_id)
    approval_id = await journey.begun(await journey.asked(page("An application")))
    assert 'data-every="1500"' in (await journey.browser.get(f"/approvals/{approval_id}")).text
    link = await link_of(idp, approval_id)
    idp.watch.advance(seconds=seconds)

    assert (await phone.open(link=link)).status_code == status


async def test_a_login_s_code_moves_every_ten_seconds(idp: Idp, phone: PhoneApp) -> None:
    desktop = idp.browser()
    approval_id = await begun(idp, desktop)
    assert 'data-every="5000"' in (await desktop.get(f"/approvals/{approval_id}")).text
    link = await link_of(idp, approval_id)
    idp.watch.advance(seconds=19)

    assert (await phone.open(link=link)).status_code == 303


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/R/" + "A" * 32,
        "HTTP://ID.LOCALHOST:8200.EVIL.EXAMPLE/R/" + "A" * 32,
        "HTTP://ID.LOCALHOST:8200@EVIL.EXAMPLE/R/" + "A" * 32,
        "javascript:alert(1)",
        "WIFI:S:net;;",
    ],
)
async def test_a_foreign_code_is_refused_and_never_opened(
    idp: Idp, phone: PhoneApp, link: str
) -> None:
    response = await phone.open(link=link)

    assert response.status_code == 400
    assert "This code is not ours" in response.text
    assert "location" not in response.headers
    assert link not in response.text


async def test_looking_at_a_link_claims_nothing(idp: Idp, phone: PhoneApp) -> None:
    """A page that makes a phone load our link must not make it take a stranger's request."""
    approval_id = await begun(idp, idp.browser())
    token = (await link_of(idp, approval_id)).rpartition("/")[2]

    followed = await phone.browser.get(f"/R/{token}")
    shown = await phone.browser.get(followed.headers["location"])

    assert "asks you something" in shown.text
    assert await idp.events("ApprovalClaimed") == []
    opened = await phone.open()
    assert opened.headers["location"] == f"/phone/requests/{approval_id}"


async def test_a_scan_before_signing_in_is_kept_for_afterwards(idp: Idp, phone: PhoneApp) -> None:
    approval_id = await begun(idp, idp.browser())
    del phone.browser.cookies["__Host-phone"]
    await phone.browser.get("/R/" + (await link_of(idp, approval_id)).rpartition("/")[2])
    assert "/phone/sign-in" in (await phone.browser.get("/phone/open")).text
    token = csrf_of(await phone.browser.get("/phone/sign-in"))
    options = await phone.browser.post("/phone/sign-in/options", {"csrf_token": token})
    idp.watch.advance(seconds=60)  # the code on the screen has moved on meanwhile
    credential = phone.passkey.get(options.json()["publicKey"])

    form = {"csrf_token": token, "credential": json.dumps(credential)}
    signed_in = await phone.browser.post("/phone/sign-in", form)

    assert signed_in.headers["location"] == f"/phone/requests/{approval_id}"


async def test_the_code_disappears_when_a_phone_has_the_request(idp: Idp, phone: PhoneApp) -> None:
    desktop = idp.browser()
    approval_id = await begun(idp, desktop)
    assert (await desktop.get(f"/approvals/{approval_id}/qr")).status_code == 200
    await phone.open(link=await link_of(idp, approval_id))

    assert (await desktop.get(f"/approvals/{approval_id}/qr")).status_code == 410


@pytest.mark.parametrize("act", ["claim", "options", "approve", "reject"])
async def test_no_form_is_taken_from_another_site(idp: Idp, phone: PhoneApp, act: str) -> None:
    approval_id = await begun(idp, idp.browser())
    await phone.open(link=await link_of(idp, approval_id))
    token = await phone.token()
    path = f"/phone/requests/{approval_id}/{act}"

    forged = await phone.browser.post(path, {"code": "same"})
    framed = await phone.browser.post(path, {"csrf_token": token}, sec_fetch_site="cross-site")

    assert (forged.status_code, framed.status_code) == (403, 403)
    assert await idp.events("ApprovalRejected") == []


async def test_a_request_of_another_phone_is_not_there(idp: Idp, phone: PhoneApp) -> None:
    approval_id = await begun(idp, idp.browser())
    await phone.open(link=await link_of(idp, approval_id))
    other = await PhoneApp.bind(idp.browser(), "maria")

    for path in ("", "/ended"):
        response = await other.browser.get(f"/phone/requests/{approval_id}{path}")
        assert response.status_code == 404
    answers = [
        await other.options(approval_id, code="same"),
        await other.post(f"/phone/requests/{approval_id}/reject"),
    ]
    assert [a.status_code for a in answers] == [404, 404]


async def test_cancelled_on_the_computer_is_over_on_the_phone(idp: Idp, phone: PhoneApp) -> None:
    desktop = idp.browser()
    approval_id = await begun(idp, desktop)
    await phone.open(link=await link_of(idp, approval_id))
    options = await phone.options(approval_id, code="same")
    credential = phone.passkey.get(options.json()["publicKey"])
    token = csrf_of(await desktop.get(f"/approvals/{approval_id}"))
    await desktop.post(f"/approvals/{approval_id}/cancel", {"csrf_token": token})

    late = await phone.send(approval_id, credential, code="same")

    assert late.status_code == 400
    back = await desktop.get(f"/approvals/{approval_id}/continue")
    assert "error=access_denied" in back.headers["location"]


async def test_an_expired_request_is_asked_again_once(idp: Idp, phone: PhoneApp) -> None:
    desktop = idp.browser()
    approval_id = await begun(idp, desktop)
    idp.watch.advance(minutes=5)
    ended = await desktop.get(f"/approvals/{approval_id}")
    assert "The time is up" in ended.text
    form = {"csrf_token": csrf_of(ended)}

    again = await desktop.post(f"/approvals/{approval_id}/again", form)
    twice = await desktop.post(f"/approvals/{approval_id}/again", form)

    assert again.status_code == 303
    assert twice.status_code == 400
    renewed = again.headers["location"].rpartition("/")[2]
    await phone.open(link=await link_of(idp, renewed))
    await phone.approve(renewed, code="same")
    assert "code=" in (await desktop.get(f"/approvals/{renewed}/continue")).headers["location"]


async def test_on_the_same_device_no_code_is_asked_and_it_goes_on_there(
    idp: Idp, phone: PhoneApp
) -> None:
    approval_id = await begun(idp, phone.browser)
    taken = await phone.post(f"/approvals/{approval_id}/here")
    assert taken.headers["location"] == f"/phone/requests/{approval_id}"

    approved = await phone.approve(approval_id)

    assert approved.headers["location"] == f"/approvals/{approval_id}"
    gone_on = await phone.browser.get(f"/approvals/{approval_id}/continue")
    assert "code=" in gone_on.headers["location"]


async def test_another_phone_cannot_pretend_to_be_the_same_device(
    idp: Idp, phone: PhoneApp
) -> None:
    approval_id = await begun(idp, idp.browser())
    await phone.open(link=await link_of(idp, approval_id))

    unanswered = await phone.options(approval_id)

    assert unanswered.status_code == 400


async def test_somebody_else_s_account_cannot_be_touched(idp: Idp, phone: PhoneApp) -> None:
    other = await PhoneApp.bind(idp.browser(), "maria")
    async with idp.world.storage.unit_of_work() as work:
        session = (await work.sessions.of_person("maria", idp.watch()))[0]
        device = (await work.devices.of_person("maria"))[0]
    stolen = [
        await phone.post("/account/sessions/end", id=session.session_id),
        await phone.post("/account/devices/remove", id=device.device_id),
        await phone.post("/account/services/unlink", id="licensing"),
        await phone.post("/account/services/withdraw", id="any"),
        await phone.post("/account/certificates/revoke", id="1"),
        await phone.browser.get("/account/documents/any"),
    ]

    assert {response.status_code for response in stolen} == {404}
    assert (await other.browser.get("/account/devices")).status_code == 200
