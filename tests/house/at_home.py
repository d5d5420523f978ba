"""A citizen at home: one desktop, one phone, and what people do with them, step by step."""

import base64
import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from house.browser import Phone
from house.demo import Demo

FETCH = """async (href) => {
  const bytes = new Uint8Array(await (await fetch(href)).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}"""


@dataclass(slots=True, kw_only=True)
class Citizen:
    """Somebody with a desktop and a phone before a running demonstration."""

    desk: Page
    phone: Phone
    demo: Demo

    def bind_phone(self, name: str = "CHAN, Tai Man") -> None:
        """Make the phone the phone of a resident, and accept the certificate."""
        page = self.phone.page
        page.goto(self.demo.phone)
        page.get_by_role("link", name="Choose a resident").click()
        page.get_by_role("button", name=f"Use this window as the phone of {name}").click()
        page.get_by_role("button", name="accept the certificate").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("What would you like to do?")

    def ask_to_log_in(self, origin: str | None = None) -> None:
        """Go to a department and press its button; ends at the QR code."""
        self.desk.goto(origin or self.demo.licensing)
        self.desk.get_by_role("main").get_by_role("link", name="Log in with OneChop").click()
        expect(self.desk.locator("#qr")).to_be_visible()

    def scan(self) -> None:
        """Hold the phone's camera before the desktop's screen; ends at the request.

        A person keeps the camera there while the code moves on; a film of one moment does not,
        so a code that was too old is filmed again.
        """
        page = self.phone.page
        opened = re.compile("/phone/requests/|/phone/open")
        for _ in range(4):
            self.phone.look_at(self.desk, "#qr")
            page.goto(f"{self.demo.idp}/phone/scan")
            page.locator("#start-scan").click()
            page.wait_for_url(opened)
            if "/phone/requests/" in page.url:
                return
        raise AssertionError(page.inner_text("main"))

    def open_waiting(self) -> None:
        """Open what waits for this resident on the phone's home; ends at the request."""
        page = self.phone.page
        page.goto(self.demo.phone)
        page.get_by_role("button", name="Open the request").first.click()
        page.wait_for_url(re.compile("/phone/requests/"))

    def type_code(self) -> None:
        """Type the code of the desktop's page into the phone; ends at the request."""
        page = self.phone.page
        page.goto(f"{self.demo.idp}/phone/scan")
        page.locator("#code").fill(self.typed_code())
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(re.compile("/phone/requests/"))

    def typed_code(self) -> str:
        """The code that the desktop shows to those who cannot scan."""
        text = self.desk.locator("main").text_content() or ""
        found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", text)
        assert found, text
        return found.group()

    def identification_code(self) -> str:
        """The four digits on the desktop."""
        boxes = self.desk.locator("[data-code], .code-boxes, [role=img][aria-label]").first
        return "".join(re.findall(r"\d", boxes.inner_text()))

    def approve(self) -> None:
        """Say that the codes are the same, and approve with the passkey."""
        page = self.phone.page
        assert self.identification_code() in re.sub(r"\s", "", page.inner_text("main"))
        page.get_by_label("Yes, the same").check()
        page.get_by_role("button", name="Approve", exact=True).click()

    def sign(self) -> None:
        """Choose the desktop's identification code, and sign with the passkey."""
        page = self.phone.page
        page.locator(f"input[name=code][value='{self.identification_code()}']").check()
        page.get_by_role("button", name="Sign", exact=True).click()

    def log_in(self, origin: str | None = None, *, back_at: str = "/licences") -> None:
        """Log in to a department by scanning its code."""
        self.ask_to_log_in(origin)
        self.scan()
        self.approve()
        self.desk.wait_for_url(re.compile(re.escape(back_at)))

    def printed(self, html: str) -> bytes:
        """Print a page with Chromium: a PDF that no part of this project made."""
        page = self.desk.context.new_page()
        page.set_content(f"<!doctype html><meta charset=utf-8>{html}")
        document = page.pdf(format="A4")
        page.close()
        return document

    def upload_own(self, document: bytes) -> None:
        """Log in, and upload a document of one's own to sign; ends at the QR code."""
        self.log_in()
        self.upload_here(document)

    def upload_here(self, document: bytes) -> None:
        """Upload a document of one's own to sign, logged in already; ends at the QR code."""
        self.desk.goto(f"{self.demo.idp}/sign")
        file = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": document}
        self.desk.locator("input[type=file]").set_input_files(file)
        self.desk.get_by_role("button", name="Continue").click()
        expect(self.desk.locator("#qr")).to_be_visible()

    def save(self, link: str) -> bytes:
        """Fetch what a link on the desktop leads to, with the cookies of its page."""
        href = self.desk.get_by_role("link", name=link).first.get_attribute("href")
        content: str = self.desk.evaluate(FETCH, href)
        return base64.b64decode(content)

    def check(self, document: bytes, name: str = "document.pdf") -> str:
        """Have a document verified at the public page; returns the page's text."""
        self.desk.goto(f"{self.demo.idp}/verify")
        file = {"name": name, "mimeType": "application/pdf", "buffer": document}
        self.desk.locator("input[type=file]").set_input_files(file)
        self.desk.get_by_role("button", name="Check the document").click()
        self.desk.wait_for_selector(".verdict, [class*=verdict]")
        return self.desk.inner_text("main")
