"""Which language a reader gets, and the words in it."""

from pathlib import Path

import pytest

from look.languages import LANGUAGES, Translations, match_tag, negotiate


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("zh-HK", "zh-Hant-HK"),
        ("zh-TW", "zh-Hant-HK"),
        ("zh-MO", "zh-Hant-HK"),
        ("zh_hant", "zh-Hant-HK"),
        ("yue", "zh-Hant-HK"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("fr", None),
        ("", None),
    ],
)
def test_tag_is_matched_by_script_then_region(tag: str, language: str | None) -> None:
    assert match_tag(tag) == language


def test_choice_of_the_link_beats_the_cookie_beats_the_service_beats_the_browser() -> None:
    everything = {
        "query": "zh-Hans",
        "cookie": "zh-Hant-HK",
        "ui_locales": "en",
        "accept_language": "zh-CN",
    }
    assert negotiate(**everything) == "zh-Hans"
    del everything["query"]
    assert negotiate(**everything) == "zh-Hant-HK"
    del everything["cookie"]
    assert negotiate(**everything) == "en"
    del everything["ui_locales"]
    assert negotiate(**everything) == "zh-Hans"
    assert negotiate() == "en"


def test_accept_language_is_read_by_quality() -> None:
    assert negotiate(accept_language="fr, en;q=0.5, zh-HK;q=0.8") == "zh-Hant-HK"
    assert negotiate(accept_language="zh-HK;q=0, fr") == "en"
    assert negotiate(accept_language=";;q=,,\x00") == "en"


def test_unknown_choice_is_not_taken_over() -> None:
    assert negotiate(query="xx", cookie="zh", accept_language="zh-HK") == "zh-Hant-HK"


def test_words_of_look_in_three_languages() -> None:
    translations = Translations.load()
    said = [translations.gettext(language)("Skip to main content") for language in LANGUAGES]
    assert said == ["Skip to main content", "跳至主要內容", "跳至主要内容"]


def test_missing_word_falls_back_to_english(tmp_path: Path) -> None:
    words = Translations.load(tmp_path / "nowhere").for_language("zh-Hans")
    assert words.gettext("no such message") == "no such message"
    assert words.ngettext("%(num)s day", "%(num)s days", 2) == "%(num)s days"
    assert words.pgettext("verb", "Sign") == "Sign"


def test_plural_context_and_fuzzy_entries(tmp_path: Path) -> None:
    folder = tmp_path / "zh_Hant_HK"
    folder.mkdir()
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "%(num)s day"\nmsgid_plural "%(num)s days"\nmsgstr[0] "%(num)s日"\n\n'
        'msgctxt "verb"\nmsgid "Sign"\nmsgstr "簽署"\n\n'
        '#, fuzzy\nmsgid "Guess"\nmsgstr "猜"\n',
        "utf-8",
    )
    words = Translations.load(tmp_path).for_language("zh-Hant-HK")
    assert words.ngettext("%(num)s day", "%(num)s days", 5) == "%(num)s日"
    assert words.ngettext("%(num)s day", "%(num)s days", 1) == "%(num)s日"
    assert words.pgettext("verb", "Sign") == "簽署"
    assert words.gettext("Sign") == "Sign"
    assert words.gettext("Guess") == "Guess"
