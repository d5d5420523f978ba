"""Reads from an opened PDF the facts that the linter judges; it decides nothing.

The reader is pyHanko's, passed in by `pdf.py` (the only file here that knows the library); names
are strings to us, dictionaries and arrays are Python's own. Every object of every revision is
looked at, also those that no page refers to: what lies in the file can be brought to light later.
"""

from collections.abc import Iterator
from typing import Any, Final

from certs.signing import structure
from certs.signing.lint import PdfInspection

MAX_OBJECTS: Final = 200_000
MAX_DEPTH: Final = 40
_EMBEDDABLE: Final = {"/Type1", "/MMType1", "/TrueType", "/CIDFontType0", "/CIDFontType2"}
_FONT_FILES: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_MULTIMEDIA: Final = {"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}
_END: Final = b"%%EOF"


def inspect_reader(reader: Any, document: bytes) -> PdfInspection:
    """Gather the facts; whatever the library raises on damaged files goes up to the caller."""
    if reader.encrypted:
        return PdfInspection(size=len(document), encrypted=True)
    root = reader.root
    form = _entry(root, "/AcroForm", {})
    found = _Found()
    pages, streams = set(), set()
    for ref, obj in _objects(reader):
        _look(obj, found, 0)
        if isinstance(obj, dict) and dict.__contains__(obj, "/Annots"):
            pages.add(ref)
        if isinstance(obj, dict) and _name(obj, "/Type") == "/ObjStm":
            streams.add(int(ref.idnum))
    missing = {ref for ref in found.references if reader.xrefs[ref] is None}
    permissions = _entry(root, "/Perms", {})
    return PdfInspection(
        size=len(document),
        pages=int(root["/Pages"]["/Count"]),
        signatures=found.signatures,
        docmdp=_docmdp(permissions["/DocMDP"]) if "/DocMDP" in permissions else None,
        actions=frozenset(found.actions),
        xfa="/XFA" in form,
        form_fields=_open_fields(form),
        hybrid_xref=bool(reader.xrefs.hybrid_xrefs_present),
        bytes_before_header=not document.startswith(b"%PDF-"),
        bytes_after_end=bool(document[document.rfind(_END) + len(_END) :].strip(b"\r\n \t\0")),
        optional_content="/OCProperties" in root,
        embedded_files=found.embedded_files,
        multimedia=found.multimedia,
        fonts_not_embedded=found.fonts_not_embedded,
        structure_unclear=not structure.is_plain(reader, document, streams),
        dangling_references=bool(missing),
        annotations=any(not _is_still(reader.get_object(page)) for page in pages),
    )


class _Found:
    """What a walk over all objects has met so far."""

    __slots__ = (
        "actions",
        "embedded_files",
        "fonts_not_embedded",
        "multimedia",
        "references",
        "signatures",
    )

    def __init__(self) -> None:
        self.actions: set[str] = set()
        self.references: set[Any] = set()
        self.embedded_files = False
        self.fonts_not_embedded = False
        self.multimedia = False
        self.signatures = 0


def _objects(reader: Any) -> Iterator[tuple[Any, Any]]:
    count = 0
    for revision in range(reader.xrefs.total_revisions):
        resolver = reader.get_historical_resolver(revision)
        for ref in reader.xrefs.explicit_refs_in_revision(revision):
            count += 1
            if count > MAX_OBJECTS:
                raise ValueError("too many objects")
            yield ref, resolver.get_object(ref)


def _look(obj: Any, found: _Found, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("too deep")
    if isinstance(obj, list):
        for index in range(len(obj)):
            _look(list.__getitem__(obj, index), found, depth + 1)
    elif isinstance(obj, dict):
        _look_at_dictionary(obj, found)
        for value in dict.values(obj):
            _look(value, found, depth + 1)
    elif (reference := getattr(obj, "reference", None)) is not None:
        found.references.add(reference)


def _look_at_dictionary(obj: Any, found: _Found) -> None:
    kind, subtype = _name(obj, "/Type"), _name(obj, "/Subtype")
    if dict.__contains__(obj, "/JS") or _name(obj, "/S") == "/JavaScript":
        found.actions.add("/JavaScript")
    elif kind in {"", "/Action"} and (action := _name(obj, "/S")):
        found.actions.add(action)
    if kind == "/EmbeddedFile" or dict.__contains__(obj, "/EF"):
        found.embedded_files = True
    if kind in {"", "/Annot"} and subtype in _MULTIMEDIA:
        found.multimedia = True
    if kind == "/Font" and subtype in _EMBEDDABLE and not _is_embedded(obj):
        found.fonts_not_embedded = True
    if dict.__contains__(obj, "/ByteRange") and dict.__contains__(obj, "/Contents"):
        found.signatures += 1


def _is_still(page: Any) -> bool:
    """Whether the page, as it stands, looks the same shown and printed."""
    return all(map(_is_plain_annotation, _items(_entry(page, "/Annots", ()))))


def _is_plain_annotation(annotation: Any) -> bool:
    """A link that draws nothing, or a signature."""
    subtype = _entry(annotation, "/Subtype", "")
    if subtype == "/Link":
        return "/AP" not in annotation
    parent = _entry(annotation, "/Parent", {})
    return subtype == "/Widget" and "/Sig" in {_entry(o, "/FT", "") for o in (annotation, parent)}


def _is_embedded(font: Any) -> bool:
    descriptor = _entry(font, "/FontDescriptor", None)
    return descriptor is not None and any(name in descriptor for name in _FONT_FILES)


def _entry(obj: Any, key: str, default: Any) -> Any:
    """Look a key up and follow the reference; the reader's own `get` does not follow it."""
    try:
        return obj[key]
    except KeyError:
        return default


def _items(array: Any) -> list[Any]:
    """List an array's members with references followed; iterating it does not follow them."""
    return [array[index] for index in range(len(array))]


def _name(obj: Any, key: str) -> str:
    value = dict.get(obj, key)
    return str(value) if isinstance(value, str) else ""


def _docmdp(signature: Any) -> int:
    for entry in _items(_entry(signature, "/Reference", ())):
        if _entry(entry, "/TransformMethod", "") == "/DocMDP":
            return int(_entry(_entry(entry, "/TransformParams", {}), "/P", 2))
    return 2


def _open_fields(form: Any) -> int:
    """Count the fields a reader could still fill in: those that are not for signatures."""
    count = 0
    pending = [(entry, "", 0) for entry in _items(_entry(form, "/Fields", ()))]
    while pending:
        obj, inherited, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise ValueError("too deep")
        kind = str(_entry(obj, "/FT", inherited))
        fields = [kid for kid in _items(_entry(obj, "/Kids", ())) if "/T" in kid]
        pending.extend((kid, kind, depth + 1) for kid in fields)
        count += not fields and kind != "/Sig"
    return count


def field_names(reader: Any) -> frozenset[str]:
    """List the names of the top-level form fields, so that a new one gets a name of its own."""
    fields = _items(_entry(_entry(reader.root, "/AcroForm", {}), "/Fields", ()))
    return frozenset(str(_entry(field, "/T", "")) for field in fields)
