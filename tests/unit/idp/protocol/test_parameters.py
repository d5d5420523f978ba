"""Parameters: what is read, what is refused."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.errors import ErrorCode, ProtocolError
from idp.protocol.parameters import CAPS, MAX_PARAMETERS, parse_form, require


def test_plus_and_escapes_are_decoded() -> None:
    assert parse_form(b"a=x+y&b=%E5%8D%B0%2B&c") == {"a": "x y", "b": "印+"}


def test_an_empty_value_counts_as_omitted_and_still_as_sent() -> None:
    assert parse_form(b"a=&&b=1") == {"b": "1"}
    with pytest.raises(ProtocolError, match="duplicate_parameter"):
        parse_form(b"a=&a=1")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"a=1&a=1", "duplicate_parameter"),
        (b"a=1&%61=2", "duplicate_parameter"),
        (b"a=%", "malformed_parameter"),
        (b"a=%4", "malformed_parameter"),
        (b"a=%gg", "malformed_parameter"),
        (b"a=\xff", "malformed_parameter"),
        (b"a=%ed%a0%80", "malformed_parameter"),
        (b"=1", "malformed_parameter"),
        (b"a b=1", "malformed_parameter"),
        (b"a" * 65 + b"=1", "malformed_parameter"),
        (b"a=%00", "control_character"),
        (b"a=%0a", "control_character"),
        (b"a=%7f", "control_character"),
        (b"a=%c2%80", "control_character"),
        (b"a=" + b"x" * 2049, "parameter_too_long"),
        (b"code=" + b"x" * 257, "parameter_too_long"),
        (b"&".join(b"p%d=1" % i for i in range(MAX_PARAMETERS + 1)), "too_many_parameters"),
    ],
)
def test_what_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        parse_form(body)
    assert (refusal.value.code, refusal.value.reason) == (ErrorCode.INVALID_REQUEST, reason)
    assert not refusal.value.redirectable


def test_caps_count_bytes() -> None:
    assert parse_form(b"state=" + b"x" * CAPS["state"])
    with pytest.raises(ProtocolError, match="parameter_too_long"):
        parse_form(urlencode({"state": "印" * (CAPS["state"] // 3 + 1)}).encode())


def test_a_required_parameter() -> None:
    assert require({"a": "1"}, "a") == "1"
    with pytest.raises(ProtocolError, match="code_missing"):
        require({}, "code")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        found = parse_form(body)
    except ProtocolError:
        return
    assert all(name and value and "\0" not in value for name, value in found.items())
