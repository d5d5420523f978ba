"""Real browsers for the journeys: a desktop, and a phone with a camera and a passkey.

The phone is a browser process of its own, because Chromium takes one camera for each process.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from house import camera, chromium

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
TIMEOUT_MS = 30_000
RESULTS = Path("test-results")


@dataclass(slots=True, kw_only=True)
class Faults:
    """What pages complained about: a journey ends with none, unless it says which it expects."""

    seen: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Collect a page's script errors, console errors and requests to foreign hosts."""
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("request", lambda request: self._request(request.url))

    def _console(self, kind: str, text: str) -> None:
        if kind == "error":
            self.seen.append(f"console: {text}")

    def _request(self, url: str) -> None:
        host = url.partition("://")[2].partition("/")[0].partition(":")[0]
        if url.startswith("http") and host != "127.0.0.1" and not host.endswith("localhost"):
            self.seen.append(f"foreign host: {url}")


class Authenticator:
    """A platform authenticator with user verification, by the browser's own protocol."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable", {"enableUI": False})
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.id: str = made["authenticatorId"]

    def verify_user(self, *, succeeds: bool) -> None:
        """Let the fingerprint, face or PIN succeed or fail from now on."""
        arguments = {"authenticatorId": self.id, "isUserVerified": succeeds}
        self._session.send("WebAuthn.setUserVerified", arguments)

    def credentials(self) -> list[dict[str, object]]:
        """The passkeys it holds."""
        arguments = {"authenticatorId": self.id}
        return list(self._session.send("WebAuthn.getCredentials", arguments)["credentials"])


@dataclass(slots=True, kw_only=True)
class Phone:
    """A phone: its page, its passkeys and what its camera sees."""

    page: Page
    context: BrowserContext
    authenticator: Authenticator
    video: Path

    def look_at(self, page: Page, selector: str | None = None) -> None:
        """Hold the phone before another screen, or before one part of it."""
        shot = page.locator(selector).first.screenshot() if selector else page.screenshot()
        camera.film(shot, self.video)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put journeys last: Playwright's event loop runs from the first one to the end."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of the browsers."""
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def executable() -> str:
    """Where the browser is; fails with advice when there is none."""
    return chromium.find() or pytest.fail(chromium.ADVICE)


@pytest.fixture(scope="session")
def browser(playwright: Playwright, executable: str) -> Iterator[Browser]:
    """The desktop's browser process."""
    running = playwright.chromium.launch(executable_path=executable, args=chromium.flags())
    yield running
    running.close()


@pytest.fixture
def faults() -> Faults:
    """What the pages of this test complained about."""
    return Faults()


@pytest.fixture
def open_pages(request: pytest.FixtureRequest) -> Iterator[list[tuple[str, Page]]]:
    """Every page of the test; photographed into test-results/ when it fails."""
    pages: list[tuple[str, Page]] = []
    yield pages
    if request.node.stash.get(FAILED, False):
        folder = RESULTS / request.node.name.replace("/", "_")
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in pages:
            if not page.is_closed():
                page.screenshot(path=folder / f"{name}.png", full_page=True)
                (folder / f"{name}.html").write_text(page.content())
                print(f"{name} stood at {page.url}; see {folder}")


@pytest.fixture
def new_desktop(
    browser: Browser, faults: Faults, open_pages: list[tuple[str, Page]]
) -> Iterator[Callable[..., Page]]:
    """Make a page in a fresh desktop context; `language` is the browser's, e.g. `zh-HK`."""
    contexts: list[BrowserContext] = []

    def make(language: str = "en-GB", **options: object) -> Page:
        context = browser.new_context(locale=language, **{**DESKTOP, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        faults.watch(page)
        open_pages.append((f"desktop-{len(contexts)}", page))
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def desktop(new_desktop: Callable[..., Page]) -> Page:
    """A page on a desktop."""
    return new_desktop()


@pytest.fixture
def new_phone(
    playwright: Playwright,
    executable: str,
    tmp_path: Path,
    faults: Faults,
    open_pages: list[tuple[str, Page]],
) -> Iterator[Callable[..., Phone]]:
    """Make a phone; `language` is the browser's, e.g. `zh-HK`."""
    browsers: list[Browser] = []

    def make(language: str = "en-GB", **options: object) -> Phone:
        video = tmp_path / f"camera-{len(browsers)}.mjpeg"
        camera.darkness(video)
        running = playwright.chromium.launch(
            executable_path=executable, args=[*chromium.flags(), *camera.flags(video)]
        )
        browsers.append(running)
        context = running.new_context(
            locale=language,
            permissions=["camera"],
            **{**PHONE, **options},  # type: ignore[arg-type]
        )
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        faults.watch(page)
        open_pages.append((f"phone-{len(browsers)}", page))
        return Phone(page=page, context=context, authenticator=Authenticator(page), video=video)

    yield make
    for running in browsers:
        running.close()


@pytest.fixture
def phone(new_phone: Callable[..., Phone]) -> Phone:
    """A phone with a camera and a passkey authenticator."""
    return new_phone()
