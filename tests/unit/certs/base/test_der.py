from datetime import UTC, datetime

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from certs.base import der
from certs.base.errors import EncodingError


@given(st.integers(min_value=-(2**140), max_value=2**140))
def test_integer_is_what_another_library_writes(value: int) -> None:
    encoded = der.integer(value)
    assert encoded == core.Integer(value).dump()
    assert der.read_integer(der.read_one(encoded, max_bytes=100)) == value


@given(
    st.integers(0, 2),
    st.integers(0, 39),
    st.lists(st.integers(0, 2**70), max_size=8),
)
def test_object_identifier_round_trip(first: int, second: int, rest: list[int]) -> None:
    dotted = ".".join(str(arc) for arc in (first, second, *rest))
    encoded = der.object_identifier(dotted)
    assert encoded == core.ObjectIdentifier(dotted).dump()
    assert der.read_object_identifier(der.read_one(encoded, max_bytes=1000)) == dotted


def test_object_identifier_with_a_large_second_arc() -> None:
    encoded = der.object_identifier("2.999.3")
    assert encoded == bytes.fromhex("0603883703")  # X.690 §8.19.5
    assert der.read_object_identifier(der.read_one(encoded, max_bytes=9)) == "2.999.3"


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_lengths_are_minimal(size: int) -> None:
    encoded = der.octet_string(b"x" * size)
    assert encoded == core.OctetString(b"x" * size).dump()
    assert der.read_one(encoded, max_bytes=70000).content == b"x" * size


@pytest.mark.parametrize(
    ("microsecond", "text"),
    [(0, b"20260102030405Z"), (120000, b"20260102030405.12Z"), (7000, b"20260102030405.007Z")],
)
def test_fraction_has_no_trailing_zeros(microsecond: int, text: bytes) -> None:
    """X.690 §11.7."""
    moment = datetime(2026, 1, 2, 3, 4, 5, microsecond, tzinfo=UTC)
    assert der.generalized_time(moment, milliseconds=True)[2:] == text


def test_time_changes_its_type_in_2050() -> None:
    """RFC 5280 §4.1.2.5."""
    assert der.time(datetime(2049, 12, 31, tzinfo=UTC))[0] == 0x17
    assert der.time(datetime(2050, 1, 1, tzinfo=UTC))[0] == 0x18


def test_set_of_is_sorted() -> None:
    """X.690 §11.6."""
    assert der.set_of([der.integer(300), der.integer(2)]) == der.set_of(
        [der.integer(2), der.integer(300)]
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "truncated"),
        ("30", "truncated"),
        ("3080", "bad_length"),
        ("308100", "length_not_minimal"),
        ("30820001ff", "length_not_minimal"),
        ("30850000000001", "bad_length"),
        ("3001", "truncated"),
        ("0401ff00", "trailing_data"),
        ("1f8101", "long_tag"),
        ("3003020200", "truncated"),
    ],
)
def test_what_is_not_der_is_refused(data: str, code: str) -> None:
    with pytest.raises(EncodingError) as refusal:
        der.check_strict(bytes.fromhex(data), max_bytes=100)
    assert refusal.value.code == code


@pytest.mark.parametrize("data", ["0200", "02020001", "0202ffff", "0402aaaa"])
def test_integers_that_are_not_minimal_are_refused(data: str) -> None:
    with pytest.raises(EncodingError):
        der.read_integer(der.read_one(bytes.fromhex(data), max_bytes=9))


@pytest.mark.parametrize("data", ["0600", "060288", "06028001", "0202002a"])
def test_object_identifiers_that_are_malformed_are_refused(data: str) -> None:
    with pytest.raises(EncodingError):
        der.read_object_identifier(der.read_one(bytes.fromhex(data), max_bytes=9))


def test_depth_and_size_have_limits() -> None:
    deep = b""
    for _ in range(40):
        deep = der.sequence(deep)
    with pytest.raises(EncodingError, match="too_deep"):
        der.check_strict(deep, max_bytes=1000)
    with pytest.raises(EncodingError, match="too_large"):
        der.check_strict(der.octet_string(b"x" * 50), max_bytes=50)


@given(st.binary(max_size=60))
def test_no_input_does_anything_but_refuse(data: bytes) -> None:
    try:
        der.check_strict(data, max_bytes=100)
    except EncodingError:
        return
    assert core.load(data).dump() == data


def test_pem_round_trip_and_refusals() -> None:
    text = der.pem_encode(b"x" * 100, label="THING")
    assert der.pem_decode(text, label="THING") == b"x" * 100
    for wrong in (text.replace("THING", "OTHER"), "junk" + text, text + text, text[:60], ""):
        with pytest.raises(EncodingError):
            der.pem_decode(wrong, label="THING")
