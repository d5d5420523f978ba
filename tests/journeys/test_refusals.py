"""Journeys that must not succeed, and that end in words a citizen understands."""

import re

import pytest
from playwright.sync_api import expect

from house.at_home import Citizen


@pytest.mark.journey
def test_a_rejected_login_leads_back_to_the_department(citizen: Citizen) -> None:
    citizen.bind_phone()
    citizen.ask_to_log_in()
    citizen.scan()
    citizen.phone.page.get_by_role("button", name="Reject", exact=True).click()

    expect(citizen.phone.page.get_by_role("heading", level=1)).to_contain_text("Rejected")
    expect(citizen.desk.get_by_role("main")).to_contain_text("Nothing was sent to the service")
    citizen.desk.get_by_role("link", name="Go back to Licensing Services").click()
    citizen.desk.wait_for_url(re.compile(re.escape(citizen.demo.licensing)))
    expect(citizen.desk.get_by_role("main")).to_contain_text("You rejected the request")
    expect(citizen.desk.get_by_role("main").get_by_role("link", name="Try again")).to_be_visible()


@pytest.mark.journey
def test_a_photographed_code_is_dead_after_its_time(citizen: Citizen) -> None:
    """Somebody who was sent a picture of the code reaches nothing (RFC 10027 §6.1)."""
    citizen.bind_phone()
    citizen.ask_to_log_in()
    citizen.phone.look_at(citizen.desk, "#qr")
    citizen.desk.wait_for_timeout(21_000)  # two steps of the moving code

    page = citizen.phone.page
    page.goto(f"{citizen.demo.idp}/phone/scan")
    page.locator("#start-scan").click()

    expect(page.get_by_role("main")).to_contain_text("This code is too old")
    assert "/requests/" not in page.url


@pytest.mark.journey
def test_a_wrong_identification_code_ends_a_signature(citizen: Citizen) -> None:
    citizen.bind_phone("SMITH, John Edward")
    document = citizen.printed("<h1>Agreement</h1><p>同意書</p>")
    citizen.upload_own(document)
    citizen.open_waiting()
    right = citizen.identification_code()
    page = citizen.phone.page
    page.locator(f"input[name=code]:not([value='{right}'])").first.check()
    page.get_by_role("button", name="Sign", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "The identification code did not match"
    )
    expect(citizen.desk.get_by_role("main")).to_contain_text("did not match")
    citizen.desk.get_by_role("link", name="Go back").click()
    expect(citizen.desk.get_by_role("main")).to_contain_text("Not signed")


@pytest.mark.journey
def test_a_person_who_cannot_be_verified_approves_nothing(citizen: Citizen) -> None:
    """Without user verification there is no approval (WebAuthn L3 §7.2 step 17)."""
    citizen.bind_phone()
    citizen.ask_to_log_in()
    citizen.scan()
    citizen.phone.authenticator.verify_user(succeeds=False)
    citizen.approve()

    expect(citizen.phone.page.get_by_role("alert").first).to_contain_text("Nothing has changed")
    assert citizen.demo.idp in citizen.desk.url
