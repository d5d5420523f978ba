"""The main job: log in, fill in, sign, pay, receive the sealed licence and the notice, check."""

import re

import pytest
from playwright.sync_api import expect

from house.at_home import Citizen
from house.browser import Faults


@pytest.mark.journey
def test_a_vehicle_licence_is_renewed(citizen: Citizen, faults: Faults) -> None:
    desk, phone, demo = citizen.desk, citizen.phone.page, citizen.demo
    citizen.bind_phone("CHAN, Tai Man")

    citizen.log_in()
    desk.get_by_role("button", name="Renew this licence").first.click()
    desk.get_by_role("main").get_by_role("link", name="Begin").click()

    # Fill in: the citizen sees the values on the phone and chooses what to add.
    desk.get_by_role("button", name="Fill in with OneChop").click()
    citizen.scan()
    expect(phone.get_by_role("main")).to_contain_text("CHAN, Tai Man")
    expect(phone.get_by_role("main")).to_contain_text("Q000•••(•)")
    for claim in ("name_zh", "email", "phone_number", "address"):
        box = phone.locator(f"input[name=release][value={claim}]")
        expect(box).not_to_be_checked()
        box.check()
    citizen.approve()
    expect(desk.get_by_role("main")).to_contain_text("陳大文")
    desk.get_by_label("Number of the third-party insurance policy").fill("POL-2026-88")
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_role("heading", name="Check your answers")).to_be_visible()
    desk.get_by_role("button", name="All is right, continue").click()

    # Sign: both screens show the same pages and the same code.
    desk.get_by_role("button", name="Sign with OneChop").click()
    expect(desk.get_by_alt_text("Page 1 of 1")).to_be_visible()
    citizen.open_waiting()
    expect(phone.get_by_alt_text("Page 1 of 1")).to_be_visible()
    citizen.sign()
    expect(desk.get_by_role("main")).to_contain_text("Your application is signed", timeout=20_000)
    signed = citizen.save("Open the signed application")

    desk.get_by_role("button", name="Pay (sandbox)").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Your licence is renewed")
    licence = citizen.save("Download the licence")
    seal_check = desk.get_by_role("link", name="Check the licence").get_attribute("href")
    assert seal_check is not None
    assert seal_check.startswith(f"{demo.idp}/verify")

    # The notice arrives in the inbox, under one login and with its three times.
    desk.goto(demo.notices)
    desk.get_by_role("main").get_by_role("link", name="Log in with OneChop").click()
    desk.wait_for_url(re.compile("/approvals/|/inbox|/notices"))
    if "/approvals/" in desk.url:
        citizen.scan()
        citizen.approve()
    notice = desk.get_by_role("link", name=re.compile("licence", re.IGNORECASE)).first
    expect(notice).to_be_visible()
    notice.click()
    main = desk.get_by_role("main")
    for time in ("Sent", "Received", "Opened"):
        expect(main).to_contain_text(time)

    # Anybody can check both documents.
    for document, signer in ((signed, "CHAN, Tai Man"), (licence, "Licensing")):
        text = citizen.check(document)
        assert "Valid" in text
        assert signer in text
    assert not faults.seen
