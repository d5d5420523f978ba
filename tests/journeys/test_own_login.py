"""The account by phone, and a request that appears on the phone by itself."""

import re

import pytest
from playwright.sync_api import expect

from house.at_home import Citizen
from house.browser import Faults


@pytest.mark.journey
def test_the_phone_opens_signing_and_shows_what_waits(citizen: Citizen, faults: Faults) -> None:
    desk, phone, demo = citizen.desk, citizen.phone.page, citizen.demo
    citizen.bind_phone("CHAN, Tai Man")

    desk.goto(f"{demo.idp}/sign")
    desk.get_by_role("button", name="Log in with your phone").click()
    expect(desk.locator("#qr")).to_be_visible()
    citizen.scan()
    citizen.approve()
    desk.wait_for_url(re.compile("/sign$"))

    phone.goto(demo.phone)
    expect(phone.get_by_role("main")).to_contain_text("Nothing is waiting")
    expect(phone.get_by_role("link", name="Look again")).to_be_hidden()
    citizen.upload_here(citizen.printed("<h1>A letter of my own</h1>"))
    expect(phone.get_by_role("main")).to_contain_text("Asks you to sign a document")
    assert not faults.seen
