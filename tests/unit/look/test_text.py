"""No text comes in that hides, reorders or breaks."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from look.text import CODES, SafeParagraph, SafeText, UnsafeText, safe_text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\0b", "nul"),
        ("a\x07b", "control"),
        ("a\x85b", "control"),
        ("a\u2028b", "control"),
        ("a\ud800b", "surrogate"),
        ("a\u202eb", "bidi_control"),
        ("a\u2066b", "bidi_control"),
        ("a\u200bb", "zero_width"),
        ("a\ufeffb", "zero_width"),
        ("a\u00adb", "zero_width"),
        ("a\u3164b", "zero_width"),
        ("a\U000e0041b", "zero_width"),
        ("a\ue000b", "private_use"),
        ("a\U000f0000b", "private_use"),
        ("a\ufffeb", "noncharacter"),
        ("a\ufdd0b", "noncharacter"),
        ("a\ufffdb", "undecodable"),
        ("a\nb", "line_break"),
        ("a" * 201, "too_long"),
    ],
)
def test_text_is_refused_by_code(text: str, code: str) -> None:
    with pytest.raises(UnsafeText) as refusal:
        safe_text(text)
    assert refusal.value.code == code
    assert code in CODES


@pytest.mark.parametrize(
    "text",
    [
        "CHAN, Tai Man",
        "陳大文",
        "㛓峯𨋢",
        "O'Brien-Łukasz",
        "九龍示例街1號12樓3室",
        "\U00031350",  # newer than some interpreters' Unicode tables
        "",
    ],
)
def test_ordinary_text_comes_through_unchanged(text: str) -> None:
    assert safe_text(text) == text


def test_text_is_composed_and_trimmed() -> None:
    assert safe_text("  Jose\u0301 ") == "José"


def test_multiline_keeps_lines_only_there() -> None:
    assert safe_text("a\r\nb\rc\td", multiline=True) == "a\nb\nc\td"


@given(st.text(max_size=60))
def test_what_comes_out_is_stable_and_clean(text: str) -> None:
    try:
        out = safe_text(text, 60)
    except UnsafeText:
        return
    assert safe_text(out, 60) == out
    assert unicodedata.is_normalized("NFC", out)
    assert not {unicodedata.category(c) for c in out} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    out.encode()


@given(st.text(st.characters(categories=["Cs", "Co", "Cc", "Cf"]), min_size=1, max_size=5))
def test_hidden_characters_never_pass_inside_a_name(hidden: str) -> None:
    with pytest.raises(UnsafeText):
        safe_text(f"a{hidden}b")


class _Form(BaseModel):
    name: SafeText
    note: SafeParagraph = ""


def test_annotation_normalises_and_names_its_error() -> None:
    assert _Form(name=" Jose\u0301 ", note="a\r\nb") == _Form(name="José", note="a\nb")
    with pytest.raises(ValidationError) as refusal:
        _Form.model_validate({"name": "a\u202eb"})
    [error] = refusal.value.errors()
    assert error["type"] == "unsafe_text"
    assert error["ctx"] == {"code": "bidi_control"}
    with pytest.raises(ValidationError):
        _Form.model_validate({"name": 7})
