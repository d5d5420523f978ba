"""Logging in to our own pages with the phone: the whole way, and what must not pass."""

from __future__ import annotations

import pytest
from world.phone_app import PhoneApp, csrf_of, link_of

from house.browsing import Browser
from house.citizen import approval_of
from house.world import Idp
from idp.domain.approval import ApprovalKind
from idp.domain.errors import JourneyError
from idp.domain.values import Secret
from idp.flows import own_login
from idp.flows.oidc import authorize


async def ask(browser: Browser, page: str = "/account", wanted: str | None = None) -> str:
    """Press "Log in with your phone" on a page of ours; answers the approval."""
    shown = await browser.get(page)
    form = {"csrf_token": csrf_of(shown), "wanted": wanted or page}
    return approval_of(await browser.post("/account/login", form))


@pytest.mark.parametrize("page", ["/account", "/account/devices", "/sign"])
async def test_the_phone_opens_the_page_that_was_wanted(idp: Idp, page: str) -> None:
    citizen, desktop = await idp.citizen("tai-man"), idp.browser()
    approval_id = await ask(desktop, page)
    assert (await citizen.approval(approval_id)).kind is ApprovalKind.LOGIN
    assert "OneChop" in (await desktop.get(f"/approvals/{approval_id}")).text

    await citizen.approve(approval_id)
    gone_on = await desktop.get(f"/approvals/{approval_id}/continue")

    assert gone_on.headers["location"] == page
    assert "__Host-wanted" not in desktop.cookies
    assert "/account/login" not in (await desktop.get(page)).text
    login = await idp.events("LoginCompleted")
    assert [entry["approval_id"] for entry in login] == [approval_id]
    assert await idp.events("CodeIssued") == await idp.events("ConsentGiven") == []


async def test_the_passkey_stays_another_way_in(idp: Idp) -> None:
    assert "/phone/sign-in" in (await idp.browser().get("/account")).text


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example/", "/authorize", "/account/../phone", ""]
)
async def test_a_login_leads_to_our_own_pages_only(idp: Idp, wanted: str) -> None:
    citizen, desktop = await idp.citizen("tai-man"), idp.browser()
    approval_id = await ask(desktop, wanted=wanted)
    await citizen.approve(approval_id)
    desktop.cookies["__Host-wanted"] = wanted.replace("/", ".") or "evil"

    gone_on = await desktop.get(f"/approvals/{approval_id}/continue")

    assert gone_on.headers["location"] == "/account"


async def test_rejected_is_not_logged_in(idp: Idp) -> None:
    citizen, desktop = await idp.citizen("tai-man"), idp.browser()
    approval_id = await ask(desktop)
    await citizen.reject(approval_id)

    gone_on = await desktop.get(f"/approvals/{approval_id}/continue")

    assert gone_on.headers["location"] == "/account"
    assert "__Host-session" not in desktop.cookies
    assert "/account/login" in (await desktop.get("/account")).text


async def test_another_browser_does_not_get_the_session(idp: Idp) -> None:
    citizen, desktop, thief = await idp.citizen("tai-man"), idp.browser(), idp.browser()
    approval_id = await ask(desktop)
    await ask(thief)
    await citizen.approve(approval_id)

    await thief.get(f"/approvals/{approval_id}/continue")

    assert "__Host-session" not in thief.cookies
    with pytest.raises(JourneyError, match="not_this_browser"):
        await own_login.resume(approval_id, Secret(thief.cookies["__Host-browser"]), idp.world)
    assert await idp.events("LoginCompleted") == []


async def test_an_approval_logs_in_once(idp: Idp) -> None:
    citizen, desktop = await idp.citizen("tai-man"), idp.browser()
    approval_id = await ask(desktop)
    await citizen.approve(approval_id)
    await desktop.get(f"/approvals/{approval_id}/continue")
    first = desktop.cookies["__Host-session"]

    again = await desktop.get(f"/approvals/{approval_id}/continue")

    assert again.status_code != 303
    assert desktop.cookies["__Host-session"] == first
    assert len(await idp.events("LoginCompleted")) == 1


async def test_a_department_s_login_is_not_taken_for_ours_nor_ours_for_its(idp: Idp) -> None:
    department, citizen = await idp.department(), await idp.citizen("tai-man")
    desktop = idp.browser()
    request_uri = await department.request_uri(desktop, scope="openid")
    theirs = approval_of(await desktop.get(department.authorize_url(request_uri)))
    ours = await ask(desktop)
    await citizen.approve(theirs)
    await citizen.approve(ours)

    browser = Secret(desktop.cookies["__Host-browser"])
    with pytest.raises(JourneyError, match="not_found"):
        await own_login.resume(theirs, browser, idp.world)
    with pytest.raises(JourneyError, match="not_found"):
        await authorize.resume(ours, browser, idp.world)


async def test_asking_needs_our_own_form(idp: Idp) -> None:
    desktop = idp.browser()
    await desktop.get("/account")

    answer = await desktop.post("/account/login", {"csrf_token": "0" * 64})

    assert answer.status_code == 403
    assert await idp.events("ApprovalOpened") == []


async def test_the_phone_app_sees_who_asks(idp: Idp) -> None:
    phone = await PhoneApp.bind(idp.browser(), "tai-man")
    approval_id = await ask(idp.browser())

    await phone.open(link=await link_of(idp, approval_id))
    shown = await phone.browser.get(f"/phone/requests/{approval_id}")

    assert "OneChop" in shown.text
    assert "id.localhost" in shown.text
