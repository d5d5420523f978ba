"""Strict, size-limited reading of DER and PEM, and a small writer of DER (ITU-T X.690).

The writer exists because responses that are made ten thousand times a second are cheaper to
put together from bytes than from object trees; each function writes one ASN.1 type.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509

from certs.base.errors import EncodingError

MAX_CERTIFICATE_BYTES: Final = 32 * 1024
MAX_DEPTH: Final = 32

SEQUENCE: Final = 0x30
SET: Final = 0x31
INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
OBJECT_IDENTIFIER: Final = 0x06
GENERALIZED_TIME: Final = 0x18

NULL: Final = b"\x05\x00"
TRUE: Final = b"\x01\x01\xff"


# --- writing ----------------------------------------------------------------------------------
def tlv(tag: int, content: bytes) -> bytes:
    """Write tag, definite minimal length and content (X.690 §10.1)."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    """Write a SEQUENCE of parts that are already encoded."""
    return tlv(SEQUENCE, b"".join(parts))


def set_of(parts: Iterable[bytes]) -> bytes:
    """Write a SET OF with its members in ascending order (X.690 §11.6)."""
    return tlv(SET, b"".join(sorted(parts)))


def integer(value: int) -> bytes:
    """Write an INTEGER in the fewest octets (X.690 §8.3.2)."""
    size = (value + (value < 0)).bit_length() // 8 + 1
    return tlv(INTEGER, value.to_bytes(size, "big", signed=True))


def octet_string(value: bytes) -> bytes:
    """Write an OCTET STRING."""
    return tlv(OCTET_STRING, value)


def bit_string(value: bytes, unused_bits: int = 0) -> bytes:
    """Write a BIT STRING whose last octet leaves `unused_bits` unused."""
    return tlv(0x03, bytes((unused_bits,)) + value)


def enumerated(value: int) -> bytes:
    """Write an ENUMERATED between 0 and 127."""
    return tlv(0x0A, bytes((value,)))


def utf8_string(value: str) -> bytes:
    """Write a UTF8String."""
    return tlv(0x0C, value.encode())


def printable_string(value: str) -> bytes:
    """Write a PrintableString; the caller keeps to its alphabet."""
    return tlv(0x13, value.encode("ascii"))


def object_identifier(dotted: str) -> bytes:
    """Write an OBJECT IDENTIFIER from its dotted form (X.690 §8.19)."""
    arcs = [int(arc) for arc in dotted.split(".")]
    content = bytearray()
    for arc in (arcs[0] * 40 + arcs[1], *arcs[2:]):
        group = [arc & 0x7F]
        while arc := arc >> 7:
            group.append(0x80 | (arc & 0x7F))
        content += bytes(reversed(group))
    return tlv(OBJECT_IDENTIFIER, bytes(content))


def generalized_time(moment: datetime, *, milliseconds: bool = False) -> bytes:
    """Write a GeneralizedTime in UTC; a fraction has no trailing zeros (X.690 §11.7)."""
    utc = moment.astimezone(UTC)
    text = utc.strftime("%Y%m%d%H%M%S")
    fraction = f".{utc.microsecond // 1000:03d}".rstrip("0").rstrip(".") if milliseconds else ""
    return tlv(GENERALIZED_TIME, f"{text}{fraction}Z".encode())


def time(moment: datetime) -> bytes:
    """Write a Time: UTCTime through 2049, GeneralizedTime after (RFC 5280 §4.1.2.5)."""
    utc = moment.astimezone(UTC)
    if utc.year >= 2050:
        return generalized_time(utc)
    return tlv(0x17, utc.strftime("%y%m%d%H%M%SZ").encode())


def explicit(number: int, content: bytes) -> bytes:
    """Write a constructed context tag around something already encoded."""
    return tlv(0xA0 | number, content)


# --- reading ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One TLV: its tag octet, its content and its whole encoding."""

    tag: int
    content: bytes
    encoded: bytes

    def children(self) -> tuple["Element", ...]:
        """Read the content as a row of elements. Raises `EncodingError`."""
        return read_all(self.content)


def read_one(data: bytes, *, max_bytes: int) -> Element:
    """Read exactly one element with nothing after it. Raises `EncodingError`."""
    if len(data) > max_bytes:
        raise EncodingError("too_large", f"{len(data)} bytes")
    element, end = _read(data, 0)
    if end != len(data):
        raise EncodingError("trailing_data")
    return element


def read_all(data: bytes) -> tuple[Element, ...]:
    """Read a row of elements to the last octet. Raises `EncodingError`."""
    elements: list[Element] = []
    position = 0
    while position < len(data):
        element, position = _read(data, position)
        elements.append(element)
    return tuple(elements)


def check_strict(data: bytes, *, max_bytes: int) -> None:
    """Walk the whole encoding and refuse what is not DER: lengths, depth, trailing octets.

    Raises `EncodingError`.
    """
    pending = [(read_one(data, max_bytes=max_bytes), 1)]
    while pending:
        element, depth = pending.pop()
        if element.tag & 0x20:
            if depth >= MAX_DEPTH:
                raise EncodingError("too_deep")
            pending.extend((child, depth + 1) for child in element.children())


def read_integer(element: Element) -> int:
    """Read an INTEGER in its fewest octets. Raises `EncodingError`."""
    content = element.content
    if element.tag != INTEGER or not content:
        raise EncodingError("not_an_integer")
    if len(content) > 1 and (
        (content[0] == 0x00 and content[1] < 0x80) or (content[0] == 0xFF and content[1] >= 0x80)
    ):
        raise EncodingError("integer_not_minimal")
    return int.from_bytes(content, "big", signed=True)


def read_object_identifier(element: Element) -> str:
    """Read an OBJECT IDENTIFIER into its dotted form. Raises `EncodingError`."""
    content = element.content
    if element.tag != OBJECT_IDENTIFIER or not content or content[-1] & 0x80:
        raise EncodingError("not_an_object_identifier")
    arcs: list[int] = []
    value, fresh = 0, True
    for octet in content:
        if fresh and octet == 0x80:
            raise EncodingError("arc_not_minimal")
        value, fresh = (value << 7) | (octet & 0x7F), not octet & 0x80
        if fresh:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def _read(data: bytes, start: int) -> tuple[Element, int]:
    if len(data) - start < 2:
        raise EncodingError("truncated")
    tag, size = data[start], data[start + 1]
    if tag & 0x1F == 0x1F:
        raise EncodingError("long_tag")
    begin = start + 2
    if size & 0x80:
        octets = size & 0x7F
        if not 1 <= octets <= 4 or len(data) - begin < octets:
            raise EncodingError("bad_length")
        size = int.from_bytes(data[begin : begin + octets], "big")
        if size < 0x80 or data[begin] == 0:
            raise EncodingError("length_not_minimal")
        begin += octets
    end = begin + size
    if end > len(data):
        raise EncodingError("truncated")
    return Element(tag=tag, content=data[begin:end], encoded=data[start:end]), end


# --- certificates and PEM ---------------------------------------------------------------------
def certificate_from_der(data: bytes) -> x509.Certificate:
    """Read one certificate; refuses what is not strict DER or larger than 32 kB.

    Raises `EncodingError`.
    """
    check_strict(data, max_bytes=MAX_CERTIFICATE_BYTES)
    try:
        return x509.load_der_x509_certificate(data)
    except ValueError as error:
        raise EncodingError("not_a_certificate") from error


def certificate_from_pem(text: str) -> x509.Certificate:
    """Read exactly one certificate from PEM (RFC 7468 §5). Raises `EncodingError`."""
    return certificate_from_der(pem_decode(text, label="CERTIFICATE"))


def pem_decode(text: str, *, label: str) -> bytes:
    """Decode exactly one PEM block with this label and nothing around it (RFC 7468 §3).

    Raises `EncodingError`.
    """
    lines = [line.rstrip() for line in text.strip().splitlines()]
    if len(lines) < 3 or lines[0] != f"-----BEGIN {label}-----":
        raise EncodingError("not_pem")
    if lines[-1] != f"-----END {label}-----":
        raise EncodingError("not_pem")
    try:
        return base64.b64decode("".join(lines[1:-1]), validate=True)
    except binascii.Error as error:
        raise EncodingError("not_pem") from error


def pem_encode(data: bytes, *, label: str) -> str:
    """Write one PEM block with lines of 64 characters (RFC 7468 §2)."""
    text = base64.b64encode(data).decode("ascii")
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""))
