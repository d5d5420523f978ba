"""Pages in the language asked for, escaped, with nothing undefined."""

import re
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from jinja2 import UndefinedError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from look.languages import LANGUAGES, Translations
from look.pages import Pages, create_environment, url_with_lang
from look.static import StaticFiles

PAGE = """
{% extends "shell.html" %}
{% import "macros.html" as ui %}
{% block title %}Test{% endblock %}
{% block main %}<h1>{{ name }}</h1>
BODY
{% endblock %}
"""


def _pages(folder: Path, body: str = "") -> Pages:
    (folder / "page.html").write_text(PAGE.replace("BODY", body), "utf-8")
    return create_environment([folder], Translations.load(), StaticFiles())


def test_shell_in_three_languages(tmp_path: Path) -> None:
    pages = _pages(tmp_path)
    texts = {language: pages.render("page.html", language, name="x") for language in LANGUAGES}
    for language, text in texts.items():
        assert f'<html lang="{language}">' in text
        assert text.count("aria-current") == 1
    assert "Demonstration system" in texts["en"]
    assert "示範系統" in texts["zh-Hant-HK"]
    assert "示范系统" in texts["zh-Hans"]
    assert "<title>Test – 一印通</title>" in texts["zh-Hans"]


def test_shell_has_no_inline_style_or_script_and_no_other_host(tmp_path: Path) -> None:
    text = _pages(tmp_path).render("page.html", "en", name="x")
    assert not re.search(r"<script|<style|style=|\son[a-z]+=|https?://", text)
    assert len(text) < 4096


def test_values_are_escaped(tmp_path: Path) -> None:
    text = _pages(tmp_path).render("page.html", "en", name="<b>&")
    assert "<h1>&lt;b&gt;&amp;</h1>" in text


def test_undefined_name_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        _pages(tmp_path).render("page.html", "en")


def test_macros_speak_the_language_of_the_page(tmp_path: Path) -> None:
    pages = _pages(tmp_path, '{{ ui.error_summary([("name", "…")]) }}{{ ui.code_boxes("4827") }}')
    text = pages.render("page.html", "zh-Hant-HK", name="x")
    assert "出現問題" in text
    assert 'aria-label="識別碼: 4 8 2 7"' in text


def test_filters_follow_the_language(tmp_path: Path) -> None:
    pages = _pages(tmp_path, '{{ at|date_long }} {{ 412|money }} {{ "A123456(3)"|masked_hkid }}')
    at = datetime(2026, 9, 14, 20, 0, tzinfo=UTC)
    text = pages.render("page.html", "zh-Hans", name="x", at=at)
    assert '<time datetime="2026-09-15">2026年9月15日</time> HK$412.00 A123•••(•)' in text


def test_language_link_keeps_the_page_and_its_query() -> None:
    assert url_with_lang("/a", "en") == "/a?lang=en"
    assert url_with_lang("/a?x=%E6%96%87&lang=en&y=", "zh-Hans") == (
        "/a?x=%E6%96%87&y=&lang=zh-Hans"
    )


async def test_response_is_in_the_language_of_the_request(tmp_path: Path) -> None:
    pages = _pages(tmp_path)

    async def show(request: Request) -> Response:
        return pages.response(request, "page.html", 404, name="x")

    app = Starlette(routes=[Route("/p", show)])
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x.localhost") as client:
        response = await client.get("/p?x=1", headers={"accept-language": "zh-HK"})
    assert response.status_code == 404
    assert response.headers["content-language"] == "zh-Hant-HK"
    assert 'href="/p?x=1&amp;lang=zh-Hans"' in response.text
