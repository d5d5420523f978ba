"""JSON that two readers could read differently is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.protocol.jose.strict_json import AmbiguousJson, read_object


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b'{"x":{"a":1,"a":2}}',
        b"[]",
        b"1",
        b"",
        b"{",
        b"\xef\xbb\xbf{}",
        b"\xff{}",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1e400}',
        b'{"a":-1e400}',
        b'{"a":"\\ud800"}',
        b'{"\\udfff":1}',
        b"[" * 9 + b"]" * 9,
        b'{"a":' * 9 + b"1" + b"}" * 9,
        b'{"a":1' + b"0" * 5000 + b"}",
    ],
)
def test_what_is_refused(text: bytes) -> None:
    with pytest.raises(AmbiguousJson):
        read_object(text)


def test_what_is_read() -> None:
    text = '{"a":1.5,"b":["印",{"c":null}],"d":true}'.encode()
    assert read_object(text) == {"a": 1.5, "b": ["印", {"c": None}], "d": True}


def test_depth_of_eight_is_read() -> None:
    assert read_object(b'{"a":' * 8 + b"1" + b"}" * 8)


@given(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(), max_size=5)
)
def test_what_json_writes_is_read_back(value: dict[str, int]) -> None:
    text = json.dumps(value)
    if sum(text.count(c) for c in "[{") <= 8:
        assert read_object(text.encode()) == value
