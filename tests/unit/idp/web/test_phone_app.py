"""The phone page as an app: installable, and nothing personal is ever kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from world.phone_app import PhoneApp

from house.world import Idp

STATIC = Path(__file__).parents[4] / "idp" / "web" / "static"
TEMPLATES = STATIC.parent / "templates"


async def test_the_manifest_names_icons_that_exist(idp: Idp) -> None:
    browser = idp.browser()
    manifest = await browser.get("/phone/manifest.webmanifest", accept_language="zh-HK")

    assert manifest.headers["content-type"].startswith("application/manifest+json")
    said = manifest.json()
    assert (said["start_url"], said["scope"], said["lang"]) == ("/phone", "/phone", "zh-Hant-HK")
    for icon in said["icons"]:
        assert (await browser.get(icon["src"])).status_code == 200


async def test_the_worker_may_serve_the_phone_and_is_looked_at_again(idp: Idp) -> None:
    worker = await idp.browser().get("/phone-worker.js")

    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/phone", "/phone/scan", "/phone/certificate", "/account"])
async def test_no_page_with_a_person_on_it_may_be_kept(idp: Idp, path: str) -> None:
    phone = await PhoneApp.bind(idp.browser(), "wai-ling")

    response = await phone.browser.get(path)

    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/phone/scan", "/phone/requests/any", "/phone/certificate", "/phone/requests/a/ended"]
)
async def test_a_stranger_sees_no_page_of_the_app(idp: Idp, path: str) -> None:
    assert (await idp.browser().get(path)).status_code in {400, 401}


@pytest.mark.parametrize(
    "path", ["/phone", "/phone/sign-in", "/phone/residents", "/phone/offline", "/account"]
)
@pytest.mark.parametrize("language", ["en", "zh-Hant-HK", "zh-Hans"])
async def test_open_pages_answer_in_three_languages(idp: Idp, path: str, language: str) -> None:
    response = await idp.browser().get(f"{path}?lang={language}")

    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text


async def test_signing_out_ends_the_session_and_clears_what_was_kept(idp: Idp) -> None:
    phone = await PhoneApp.bind(idp.browser(), "tai-man")
    kept = phone.browser.cookies["__Host-phone"]

    out = await phone.post("/phone/sign-out")

    assert "storage" in out.headers["clear-site-data"]
    assert "__Host-phone" not in phone.browser.cookies
    phone.browser.cookies["__Host-phone"] = kept
    assert "Open the app" in (await phone.browser.get("/phone")).text


@pytest.mark.parametrize("file", sorted(STATIC.glob("*.js")), ids=lambda file: file.name)
def test_scripts_use_no_sink_of_trusted_types(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)
    assert len(text.encode()) <= 6 * 1024


def test_templates_have_no_inline_script_style_or_handler() -> None:
    for file in sorted(TEMPLATES.rglob("*.html")):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|<style", text), file.name
