"""Serve sample pages made of every component, to look at. Development only.

python tools/specimen.py [--port 8140]
python tools/specimen.py --shots FOLDER     (screenshots: 3 languages, 2 schemes, 2 widths)
"""

import argparse
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import opencc
import uvicorn
from playwright.sync_api import Browser, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from look.language_cookie import LanguageCookie, language_of
from look.languages import LANGUAGES, Language, Translations
from look.pages import create_environment
from look.security import SecurityHeaders
from look.static import StaticFiles

HERE = Path(__file__).parent / "specimen"
VIEWS = ("login", "approve", "form", "verify", "account", "document")
MOMENT = datetime(2026, 9, 14, 7, 4, tzinfo=UTC)


def texts(language: Language) -> Callable[[str, str], str]:
    """A stand-in for catalogues: each sample text is given in English and Traditional."""
    simplify = opencc.OpenCC("hk2s").convert
    if language == "en":
        return lambda english, _chinese: english
    if language == "zh-Hans":
        return lambda _english, chinese: simplify(chinese)
    return lambda _english, chinese: chinese


def create_app() -> Starlette:
    """The sample pages under the real headers."""
    static = StaticFiles(HERE / "static")
    pages = create_environment([HERE], Translations.load(), static)

    async def view(request: Request) -> Response:
        values: dict[str, Any] = {"t": texts(language_of(request)), "moment": MOMENT}
        return pages.response(request, request.path_params["view"] + ".html", **values)

    app = Starlette(routes=[Route("/{view}", view), Mount("/static", static)])
    app.add_middleware(LanguageCookie)
    app.add_middleware(SecurityHeaders)
    return app


def shoot(port: int, folder: Path) -> None:
    """One full-page picture for each view, language, scheme and width."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        for width in (390, 1280):
            for scheme in ("light", "dark"):
                _shoot(browser, port, folder, width, scheme)
        browser.close()


def _shoot(browser: Browser, port: int, folder: Path, width: int, scheme: Any) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, device_scale_factor=1
    )
    page = context.new_page()
    page.on("console", lambda message: print("console:", message.text))
    for view in VIEWS:
        for language in LANGUAGES:
            page.goto(f"http://localhost:{port}/{view}?lang={language}")
            page.screenshot(path=folder / f"{view}-{language}-{scheme}-{width}.png", full_page=True)
            sideways = page.evaluate("document.documentElement.scrollWidth") - width
            if sideways > 0:
                print(f"{view} {language} {width}: {sideways} px too wide")
    context.close()


def main() -> None:
    """Serve, or serve and take pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8140)
    parser.add_argument("--shots", type=Path)
    arguments = parser.parse_args()
    config = uvicorn.Config(create_app(), port=arguments.port, log_level="warning")
    server = uvicorn.Server(config)
    if arguments.shots is None:
        server.run()
        return
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        pass
    shoot(arguments.port, arguments.shots)


if __name__ == "__main__":
    main()
