"""Three languages: which one a reader gets, and the words in it.

English is the source (a msgid is the English text). Catalogues are gettext `.po` files, read
once at start; there is no compiled `.mo` and so no build step. A missing word falls back to
English, which the catalogue check (`tools/words.py check`) makes impossible in a release.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from gettext import NullTranslations
from pathlib import Path
from typing import Final, Literal, get_args

from babel.messages.pofile import read_po

Language = Literal["en", "zh-Hant-HK", "zh-Hans"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DEFAULT_LANGUAGE: Final[Language] = "en"

#: The name of each language in itself, for the language links.
LANGUAGE_NAMES: Final[Mapping[Language, str]] = {
    "en": "English",
    "zh-Hant-HK": "繁體",
    "zh-Hans": "简体",
}

#: Unicode CLDR locale of each language: dates, numbers, and the folder of its catalogue.
LOCALES: Final[Mapping[Language, str]] = {
    "en": "en_HK",
    "zh-Hant-HK": "zh_Hant_HK",
    "zh-Hans": "zh_Hans_HK",
}

_ACCEPT_LANGUAGE_LIMIT: Final = 200
_RANGE: Final = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*"
)
_TRADITIONAL_REGIONS: Final = frozenset({"hk", "tw", "mo"})


def N_(message: str) -> str:  # noqa: N802 - the gettext name for "translate later"
    """Mark `message` for extraction without translating it here (tables of code to words)."""
    return message


def match_tag(tag: str) -> Language | None:
    """Map one BCP 47 tag to a language of ours, or None.

    A script subtag decides first (Hant, Hans); then the region: HK, TW and MO write
    Traditional; any other Chinese, and Chinese without a region, reads Simplified.
    """
    subtags = tag.lower().replace("_", "-").split("-")
    if subtags[0] == "en":
        return "en"
    if subtags[0] == "yue":
        return "zh-Hans" if "hans" in subtags else "zh-Hant-HK"
    if subtags[0] not in {"zh", "cmn"}:
        return None
    if "hant" in subtags:
        return "zh-Hant-HK"
    if "hans" in subtags:
        return "zh-Hans"
    return "zh-Hant-HK" if _TRADITIONAL_REGIONS.intersection(subtags[1:]) else "zh-Hans"


def negotiate(
    cookie: str | None = None,
    query: str | None = None,
    accept_language: str | None = None,
    ui_locales: str | None = None,
) -> Language:
    """Decide the language of a page; never fails, English last.

    The order is: the link just followed (`?lang=`), the choice remembered in the cookie, the
    service's `ui_locales` (OIDC Core §3.1.2.1, space separated, best first), then the
    browser's `Accept-Language` (RFC 9110 §12.5.4, by quality).
    """
    for choice in (query, cookie):
        if choice in LANGUAGES:
            return choice
    for tag in (ui_locales or "")[:_ACCEPT_LANGUAGE_LIMIT].split():
        if found := match_tag(tag):
            return found
    for tag in _by_quality(accept_language or ""):
        if found := match_tag(tag):
            return found
    return DEFAULT_LANGUAGE


def _by_quality(accept_language: str) -> Sequence[str]:
    """Tags of an Accept-Language header, best first; malformed and `q=0` ranges are left out."""
    weighted: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept_language[:_ACCEPT_LANGUAGE_LIMIT].split(",")):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        quality = float(found[2]) if found[2] else 1.0
        if quality > 0:
            weighted.append((-quality, position, found[1]))
    return [tag for _, _, tag in sorted(weighted)]


class Words(NullTranslations):
    """The words of one language; English text passes through where a word is missing."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language
        self._texts: dict[tuple[str | None, str], str] = {}

    def add(self, path: Path) -> None:
        """Add one `.po` file; later files win. Fuzzy entries are not used."""
        with path.open("rb") as file:
            catalogue = read_po(file, locale=LOCALES[self.language])
        for message in catalogue:
            if not message.id or message.fuzzy:
                continue
            # Chinese has one plural form: a plural entry is found by its singular.
            msgid = message.id if isinstance(message.id, str) else message.id[0]
            text = (
                message.string if isinstance(message.string, str) else (message.string or ("",))[0]
            )
            if text:
                self._texts[message.context, msgid] = text

    def gettext(self, message: str) -> str:
        """The words for `message`."""
        return self._texts.get((None, message), message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The words for `n` things."""
        found = self._texts.get((None, msgid1))
        return found if found is not None else super().ngettext(msgid1, msgid2, n)

    def pgettext(self, context: str, message: str) -> str:
        """The words for `message` in the sense of `context`."""
        return self._texts.get((context, message), message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """The words for `n` things in the sense of `context`."""
        found = self._texts.get((context, msgid1))
        return found if found is not None else super().npgettext(context, msgid1, msgid2, n)


class Translations:
    """The words of all languages, read once at start."""

    def __init__(self, words: Mapping[Language, Words]) -> None:
        self._words = dict(words)

    @classmethod
    def load(cls, *folders: Path) -> "Translations":
        """Read `<folder>/<locale>/messages.po` of each folder, and look's own first.

        A folder or file that does not exist yet gives English. Raises what Babel raises on
        a file that cannot be parsed.
        """
        words = {language: Words(language) for language in LANGUAGES}
        for folder in (LOCALE_FOLDER, *folders):
            for language, locale in LOCALES.items():
                path = folder / locale / "messages.po"
                if language != DEFAULT_LANGUAGE and path.is_file():
                    words[language].add(path)
        return cls(words)

    def for_language(self, language: Language) -> Words:
        """The words of one language."""
        return self._words[language]

    def gettext(self, language: Language) -> Callable[[str], str]:
        """`_` for one language, for text made outside templates."""
        return self._words[language].gettext


LOCALE_FOLDER: Final = Path(__file__).with_name("locales")
