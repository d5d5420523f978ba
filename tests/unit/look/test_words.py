"""The catalogues are complete and the Chinese is written as in Hong Kong."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[3] / "tools" / "words.py"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("onechop_tools_words", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


words = _load()


@pytest.mark.parametrize("room", words.rooms_with_catalogues())
def test_catalogue_is_complete_and_well_written(room: str) -> None:
    problems = words.check(words.ROOMS[room])
    assert not problems, "\n".join(["run: python tools/words.py update, then translate", *problems])


@pytest.mark.parametrize("room", words.rooms_with_catalogues())
def test_template_is_the_one_extracted(room: str) -> None:
    there = words.ROOMS[room]
    assert there.template.read_text("utf-8") == words._text(words.extract(there))


@pytest.mark.parametrize(
    ("english", "text", "locale", "problem"),
    [
        ("Page %(n)s", "第%(m)s頁", "zh_Hant_HK", "placeholders differ"),
        ("Log in", "登錄", "zh_Hant_HK", "登錄 should be 登入"),
        ("Yes, the same", "是,相同", "zh_Hant_HK", "ASCII punctuation after Han"),
        ("Done", "完成.", "zh_Hant_HK", "ASCII punctuation after Han"),
        ("(done)", "(完成)", "zh_Hant_HK", "ASCII punctuation beside Han"),
        ("PDF file", "PDF 檔案", "zh_Hant_HK", "a typed space beside Han"),
        ("Reject", "reject掉", "zh_Hant_HK", "untranslated reject"),
        ("Sign", "簽署", "zh_Hans_HK", "Traditional character in Simplified text"),
        ("Sign", "签署", "zh_Hant_HK", "not a Traditional character: 签"),
    ],
)
def test_lint_sees(english: str, text: str, locale: str, problem: str) -> None:
    assert problem in list(words.text_problems((english,), text, locale))


@pytest.mark.parametrize(
    ("english", "text"),
    [
        ("Page %(n)s of %(m)s", "第%(n)s頁，共%(m)s頁"),
        ("Section 6(1A) is met.", "符合第6(1A)條。"),
    ],
)
def test_good_text_passes(english: str, text: str) -> None:
    assert not list(words.text_problems((english,), text, "zh_Hant_HK"))


def test_notes_of_tables_are_words_and_names_of_languages_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "idp"
    source.mkdir()
    (source / "table.toml").write_text('source = "x"\n[[one]]\nnote = "A note"\nname = "y"\n')
    (source / "code.py").write_text('gettext("en")(N_("A title"))\n')
    monkeypatch.setattr(words, "ROOT", tmp_path)
    found = words.extract(words.Room(name="idp", locales=tmp_path))
    assert {message.id for message in found if message.id} == {"A note", "A title"}


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("登入", "登入"),
        ("數碼簽署", "数码签署"),
        ("帳戶", "帐户"),
        ("資訊", "资讯"),
        ("身份證", "身份证"),
        ("無障礙", "无障碍"),
    ],
)
def test_simplified_keeps_hong_kong_wording(traditional: str, simplified: str) -> None:
    assert words._simplified(traditional, {}) == simplified
