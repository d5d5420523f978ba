"""What the screens call things: a release of nothing is a login."""

from __future__ import annotations

import pytest
from world.phone_app import PhoneApp

from house.citizen import approval_of
from house.world import Idp
from idp.domain.approval import ApprovalKind
from idp.ports.world import RecordedEvent
from idp.web.labels import is_told


async def test_one_more_department_in_a_session_is_called_a_login(idp: Idp) -> None:
    licensing, notices = await idp.department("licensing"), await idp.department("notices")
    desktop, citizen = idp.browser(), await idp.citizen("tai-man")
    phone = await PhoneApp.bind(idp.browser(), "tai-man")
    await citizen.log_in(licensing, desktop, scope="openid")
    asked = await notices.request_uri(desktop, scope="openid")

    approval_id = approval_of(await desktop.get(notices.authorize_url(asked)))

    assert (await citizen.approval(approval_id)).kind is ApprovalKind.RELEASE
    assert "asks you to log in" in (await desktop.get(f"/approvals/{approval_id}")).text
    assert "Asks you to log in" in (await phone.browser.get("/phone")).text
    await phone.post(f"/phone/requests/{approval_id}/claim")
    shown = await phone.browser.get(f"/phone/requests/{approval_id}")
    assert "Did you ask to log in?" in shown.text
    await phone.approve(approval_id, code="same")
    await desktop.get(f"/approvals/{approval_id}/continue")
    activity = (await desktop.get("/account/activity")).text
    assert activity.count("You logged in") == 2
    assert "You agreed to share information" not in activity


async def test_a_release_of_something_is_not(idp: Idp) -> None:
    licensing, citizen = await idp.department("licensing"), await idp.citizen("tai-man")
    desktop = idp.browser()
    await citizen.log_in(licensing, desktop, scope="openid")
    asked = await licensing.request_uri(desktop, scope="openid contact")

    approval_id = approval_of(await desktop.get(licensing.authorize_url(asked)))
    shown = (await desktop.get(f"/approvals/{approval_id}")).text
    await citizen.approve(approval_id, ["email"])
    await desktop.get(f"/approvals/{approval_id}/continue")

    assert "asks for your information" in shown
    assert "You agreed to share information" in (await desktop.get("/account/activity")).text
    assert len(await idp.events("LoginCompleted")) == 1


@pytest.mark.parametrize(
    ("name", "claims", "told"),
    [
        ("ConsentGiven", ("email",), True),
        ("ConsentGiven", (), False),
        ("DataReleased", (), False),
        ("LoginCompleted", (), True),
        ("CodeIssued", (), False),
    ],
)
def test_entries_without_words_or_fields_are_not_told(
    idp: Idp, name: str, claims: tuple[str, ...], *, told: bool
) -> None:
    entry = RecordedEvent(
        sequence=1,
        at=idp.watch(),
        name=name,
        person_id="tai-man",
        client_id=None,
        payload={"claims": claims},
    )
    assert is_told(entry) is told
