"""Pages: Jinja2 with one environment for each language.

A page is rendered in a language that the caller names; nothing is kept in a global or a
context variable. Templates autoescape and an undefined name is an error.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from look import formats, qr
from look.icons import icon
from look.language_cookie import language_of
from look.languages import LANGUAGE_NAMES, LANGUAGES, Language, Translations
from look.static import StaticFiles

TEMPLATE_FOLDER: Final = Path(__file__).with_name("templates")


class Pages:
    """Renders the templates of one service, over look's shell and macros.

    `template_folders` come before look's own, so a room may have its own `layout.html`
    that extends `shell.html`. `shared` are values every template may use.
    """

    def __init__(
        self,
        template_folders: Sequence[Path],
        translations: Translations,
        static: StaticFiles,
        shared: Mapping[str, Any] | None = None,
    ) -> None:
        self.translations = translations
        self._environments = {
            language: _environment(language, template_folders, translations, static, shared or {})
            for language in LANGUAGES
        }

    def environment(self, language: Language) -> Environment:
        """The Jinja environment of one language."""
        return self._environments[language]

    def render(self, template: str, language: Language, url: str = "/", **values: Any) -> str:
        """The page as text. `url` is its own path and query, for the language links.

        Raises what Jinja raises: TemplateNotFound, UndefinedError.
        """
        found = self._environments[language].get_template(template)
        return found.render(url_with_lang=_switcher(url), **values)

    def response(
        self, request: Request, template: str, status_code: int = 200, **values: Any
    ) -> HTMLResponse:
        """The page as a response, in the language of the request."""
        url = request.url.path
        if request.url.query:
            url += "?" + request.url.query
        language = language_of(request)
        text = self.render(template, language, url, **values)
        return HTMLResponse(
            text,
            status_code,
            headers={"content-language": language, "vary": "accept-language, cookie"},
        )


def create_environment(
    template_folders: Sequence[Path],
    translations: Translations,
    static: StaticFiles,
    shared: Mapping[str, Any] | None = None,
) -> Pages:
    """`Pages`, by the name the rooms call it."""
    return Pages(template_folders, translations, static, shared)


def url_with_lang(url: str, language: Language) -> str:
    """`url` (path and query) with its `lang` parameter replaced."""
    path, _, query = url.partition("?")
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "lang"]
    return f"{path}?{urlencode([*pairs, ('lang', language)])}"


def _switcher(url: str) -> Callable[[Language], str]:
    return lambda language: url_with_lang(url, language)


def _environment(
    language: Language,
    template_folders: Sequence[Path],
    translations: Translations,
    static: StaticFiles,
    shared: Mapping[str, Any],
) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([*template_folders, TEMPLATE_FOLDER]),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        translations.for_language(language), newstyle=True
    )
    environment.globals.update(
        lang=language,
        languages=LANGUAGE_NAMES,
        static=static.url,
        icon=icon,
        qr_svg=qr.svg,
        **shared,
    )
    environment.filters.update(_filters(language))
    return environment


def _filters(language: Language) -> dict[str, Callable[..., Any]]:
    """Filters bound to the language of the page."""

    def date_long(value: date) -> Markup:
        return formats.markup_date(value, language)

    def time_short(value: datetime) -> Markup:
        return formats.markup_time(value, language)

    def date_time(value: datetime) -> Markup:
        return formats.markup_date_time(value, language)

    def money(value: Decimal | int) -> str:
        return formats.money(value, language)

    return {
        "date_long": date_long,
        "time_short": time_short,
        "date_time": date_time,
        "money": money,
        "masked_hkid": formats.masked_hkid,
        "grouped_hex": formats.grouped_hex,
    }
