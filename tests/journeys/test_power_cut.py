"""`kill -9` in the middle of the journey: what was acknowledged stands, and the journey goes on."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from house.at_home import Citizen
from house.browser import Phone
from house.demo import Demo


@pytest.mark.journey
def test_nothing_acknowledged_is_lost(
    new_demo: Callable[..., Demo], desktop: Page, phone: Phone
) -> None:
    demo = new_demo()
    citizen = Citizen(desk=desktop, phone=phone, demo=demo)

    citizen.bind_phone()
    demo.kill("idp")  # the phone was bound: it still is

    citizen.ask_to_log_in()
    citizen.scan()
    waiting = desktop.url
    desktop.goto("about:blank")  # the browser is away, so that only the phone was answered
    phone.page.get_by_label("Yes, the same").check()
    phone.page.get_by_role("button", name="Approve", exact=True).click()
    expect(phone.page.get_by_role("heading", level=1)).to_contain_text("Approved")
    demo.kill("idp")  # the phone was told so: the browser that began still goes on
    desktop.goto(waiting)
    desktop.wait_for_url(re.compile("/licences"))

    citizen.upload_here(citizen.printed("<h1>Agreement 同意書</h1>"))
    citizen.open_waiting()
    citizen.sign()
    demo.kill("idp")  # while the signature is made, or just before or after
    come_back(phone.page, f"{demo.idp}/phone")
    expect(phone.page.get_by_role("main")).to_contain_text("CHAN, Tai Man")

    come_back(desktop, f"{demo.idp}/account/documents")
    main = desktop.get_by_role("main")
    for _ in range(20):
        if "Signed" in main.inner_text() or "Not signed" in main.inner_text():
            break
        desktop.wait_for_timeout(500)
        desktop.reload()
    ended = main.inner_text()
    assert "Signed" in ended or "Not signed" in ended, ended
    assert demo.verify_ledger(), "every act is in the ledger, and the ledger's tree is whole"


def come_back(page: Page, url: str) -> None:
    """Open an address as a person does: again, when the page was still going somewhere else."""
    for _ in range(10):
        try:
            page.goto(url)
        except Error:
            page.wait_for_timeout(500)
        else:
            return
    page.goto(url)
