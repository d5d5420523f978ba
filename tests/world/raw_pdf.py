"""PDF files written by hand, byte by byte: what no writer writes and some readers take."""

import re
from collections.abc import Mapping

Objects = Mapping[int, bytes]
RESOURCES = b"/Resources << /Font << /F1 6 0 R >> >>"
PAGE = b"<< /Type /Page /Parent 3 0 R /MediaBox [0 0 595 842] " + RESOURCES
CATALOGUE = b"<< /Type /Catalog /Pages 3 0 R >>"


def text(line: str) -> bytes:
    """A content stream that shows one line."""
    return stream(b"BT /F1 24 Tf 72 700 Td (" + line.encode() + b") Tj ET")


def stream(data: bytes, entries: bytes = b"") -> bytes:
    head = b"<< %s/Length %d >>\nstream\n" % (entries, len(data))
    return head + data + b"\nendstream"


def objects(**changed: bytes) -> dict[int, bytes]:
    """One page that says what is owed; `changed` names objects as `o4`."""
    made = {
        1: b"<< /Unused true >>",
        2: CATALOGUE,
        3: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        4: PAGE + b" /Contents 5 0 R >>",
        5: text("I owe HKD 100"),
        6: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return made | {int(name[1:]): body for name, body in changed.items()}


def body(bodies: Objects, *, start: int = 0) -> tuple[bytes, dict[int, int]]:
    """The objects one after the other, and where each begins."""
    out, places = bytearray(), {}
    for number, content in bodies.items():
        places[number] = start + len(out)
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    return bytes(out), places


def document(bodies: Objects, *, after: bytes = b"", size: int | None = None) -> bytes:
    """A whole file; `after` stands between the objects and the cross-references."""
    head = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    data, places = body(bodies, start=len(head))
    out = head + data + after
    return out + cross_references(places, len(out), size=size or max(bodies) + 1)


def cross_references(places: Mapping[int, int], start: int, *, size: int) -> bytes:
    table = b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(places))
    return (
        b"xref\n0 %d\n0000000000 65535 f \n" % size
        + table
        + b"trailer\n<< /Size %d /Root 2 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    )


def appended(original: bytes, bodies: Objects, *, size: int = 200) -> bytes:
    """An incremental update that writes these objects (ISO 32000-2 §7.5.6)."""
    data, places = body(bodies, start=len(original))
    last = re.findall(rb"startxref\s+(\d+)", original)[-1]
    root = re.findall(rb"/Root (\d+) 0 R", original)[-1]
    out = original + data
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (n, at) for n, at in places.items())
    return (
        out
        + b"xref\n"
        + table
        + b"trailer\n<< /Size %d /Root %s 0 R /Prev %s >>\n" % (size, root, last)
        + b"startxref\n%d\n%%%%EOF\n" % len(out)
    )
