"""The words of every room: extract them, keep the catalogues, check the Chinese.

    python tools/words.py update [ROOM ...]   extract, merge into zh_Hant_HK, make zh_Hans_HK
    python tools/words.py check [ROOM ...]    exit 1 and a list when a catalogue is not right

Rooms are `look`, `idp`, `relying_party`, `onechop`. Traditional is written by hand in
`<locales>/zh_Hant_HK/messages.po`; Simplified is made from it (OpenCC hk2s, then the overrides
of `words.toml`) and never edited. Locations carry no line numbers and headers no dates, so a
catalogue changes only when its words do.
"""

import io
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final

import opencc
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT: Final = Path(__file__).resolve().parent.parent
TRADITIONAL: Final = "zh_Hant_HK"
SIMPLIFIED: Final = "zh_Hans_HK"

_HAN: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PLACEHOLDER: Final = re.compile(r"%\([a-z_]+\)[sd]|%[sd%]|\{[a-z_]*\}|</?[a-z]+[^>]*>")
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z-]+")
_SHAPES: Final = (
    (re.compile(rf"[{_HAN}][,:;?!(]|[{_HAN}]\.(?![\w])"), "ASCII punctuation after Han"),
    # but "第6(1A)條" is how a section of an Ordinance is cited
    (re.compile(rf"([(,]|(?<!\(\d[A-Z])\))[{_HAN}]|[{_HAN}]\)"), "ASCII punctuation beside Han"),
    (re.compile(rf"[{_HAN}] +[\w%]|[\w)] +[{_HAN}]"), "a typed space beside Han"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A package with words of its own."""

    name: str
    locales: Path

    @property
    def template(self) -> Path:
        """The extracted messages, without translations."""
        return self.locales / "messages.pot"

    def catalogue(self, locale: str) -> Path:
        """The catalogue of one language."""
        return self.locales / locale / "messages.po"


ROOMS: Final[Mapping[str, Room]] = {
    name: Room(name=name, locales=ROOT / name / folder)
    for name, folder in {
        "look": "locales",
        "idp": "web/locales",
        "relying_party": "locales",
        "onechop": "locales",
    }.items()
}


def rooms_with_catalogues() -> Sequence[str]:
    """The rooms whose words have been taken up."""
    return [name for name, room in ROOMS.items() if room.catalogue(TRADITIONAL).is_file()]


# -- extract --------------------------------------------------------------------------------


def _notes(file: BinaryIO, *_: object, **__: object) -> Iterator[tuple[int, str, str, list[str]]]:
    """The words of a table: the `note` of each entry of a list in a TOML file."""
    lists = (value for value in tomllib.load(file).values() if isinstance(value, list))
    for entry in (entry for entries in lists for entry in entries if "note" in entry):
        yield 0, "N_", entry["note"], []


_METHODS: Final = {".py": "python", ".html": babel_extract, ".toml": _notes}
_IN_PYTHON: Final = {name: spec for name, spec in DEFAULT_KEYWORDS.items() if name != "gettext"}


def extract(room: Room) -> Catalog:
    """Every message of a room's Python, templates and tables, in the order of the files."""
    catalogue = Catalog(charset="utf-8")
    for path in sorted((ROOT / room.name).rglob("*")):
        method: Any = _METHODS.get(path.suffix)
        if method is None or not path.is_file():
            continue
        options = {"encoding": "utf-8", "trimmed": "true", "extensions": "jinja2.ext.do"}
        # In Python words are marked `_` or `N_`; `gettext(language)` gives a translator.
        keywords = _IN_PYTHON if path.suffix == ".py" else DEFAULT_KEYWORDS
        found = extract_from_file(method, path, keywords, ("i18n:",), options)
        for _, message, comments, context in found:
            if message:
                location = (path.relative_to(ROOT).as_posix(), 0)
                catalogue.add(message, None, [location], auto_comments=comments, context=context)
    return catalogue


def _text(catalogue: Catalog) -> str:
    """The file for a catalogue, with a header of what readers of it need and no more."""
    buffer = io.BytesIO()
    write_po(
        buffer,
        catalogue,
        width=100,
        sort_by_file=True,
        include_lineno=False,
        ignore_obsolete=True,
        omit_header=True,
    )
    header = ["Content-Type: text/plain; charset=utf-8"]
    if catalogue.locale is not None:
        header += [f"Language: {catalogue.locale}", "Plural-Forms: nplurals=1; plural=0;"]
    lines = "".join(f'"{line}\\n"\n' for line in header)
    return f'msgid ""\nmsgstr ""\n{lines}\n{buffer.getvalue().decode()}'


def read(path: Path, locale: str) -> Catalog:
    """One catalogue from its file."""
    with path.open("rb") as file:
        return read_po(file, locale=locale, charset="utf-8")


# -- update ---------------------------------------------------------------------------------


def update(room: Room) -> None:
    """Bring a room's template and both catalogues up to its sources."""
    template = extract(room)
    if not len(template):
        return
    room.locales.mkdir(parents=True, exist_ok=True)
    room.template.write_text(_text(template), "utf-8")
    traditional = Catalog(locale=TRADITIONAL, charset="utf-8")
    path = room.catalogue(TRADITIONAL)
    if path.is_file():
        traditional = read(path, TRADITIONAL)
    traditional.update(template, no_fuzzy_matching=True)
    remembered = _memory()
    for message in traditional:
        if message.id and not _strings(message)[0]:
            known = remembered.get(_key(message), "")
            message.string = known if isinstance(message.id, str) else (known,)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_text(traditional), "utf-8")
    simplified = room.catalogue(SIMPLIFIED)
    simplified.parent.mkdir(parents=True, exist_ok=True)
    simplified.write_text(_text(simplify(traditional)), "utf-8")


def _memory() -> Mapping[tuple[str | None, str], str]:
    """What other rooms already say for a message."""
    known: dict[tuple[str | None, str], str] = {}
    for name in rooms_with_catalogues():
        for message in read(ROOMS[name].catalogue(TRADITIONAL), TRADITIONAL):
            if message.id and _strings(message)[0]:
                known[_key(message)] = _strings(message)[0]
    return known


def simplify(traditional: Catalog) -> Catalog:
    """The Simplified catalogue made from the Traditional one."""
    rules = _rules()["overrides"]
    simplified = Catalog(locale=SIMPLIFIED, charset="utf-8")
    for message in traditional:
        if not message.id:
            continue
        texts = [_simplified(text, rules["phrases"]) for text in _strings(message)]
        whole = rules["messages"].get(_key(message)[1])
        string = (whole or texts[0],)
        simplified.add(
            message.id,
            string[0] if isinstance(message.id, str) else string,
            message.locations,
            context=message.context,
        )
    return simplified


def _simplified(text: str, phrases: Mapping[str, str]) -> str:
    converted = str(_convert()(text))
    for wrong, right in phrases.items():
        converted = converted.replace(wrong, right)
    return converted


@cache
def _convert() -> Callable[[str], str]:
    convert: Callable[[str], str] = opencc.OpenCC("hk2s").convert
    return convert


@cache
def _rules() -> Mapping[str, Any]:
    return tomllib.loads((ROOT / "tools" / "words.toml").read_text("utf-8"))


# -- check ----------------------------------------------------------------------------------


def check(room: Room) -> list[str]:
    """Everything that is not right with a room's catalogues, one line each."""
    wanted = {_key(message) for message in extract(room) if message.id}
    traditional = read(room.catalogue(TRADITIONAL), TRADITIONAL)
    simplified = read(room.catalogue(SIMPLIFIED), SIMPLIFIED)
    problems: list[str] = []
    for locale, catalogue in ((TRADITIONAL, traditional), (SIMPLIFIED, simplified)):
        have = {_key(message) for message in catalogue if message.id}
        problems += [f"{locale}: not taken up: {key[1]!r}" for key in wanted - have]
        problems += [f"{locale}: obsolete: {key[1]!r}" for key in have - wanted]
        problems += [f"{locale}: {problem}" for problem in _check_texts(catalogue, locale)]
    if _text(simplify(traditional)) != room.catalogue(SIMPLIFIED).read_text("utf-8"):
        problems.append(f"{SIMPLIFIED}: is not what the Traditional text makes; run update")
    return sorted(f"{room.name} {problem}" for problem in problems)


def _check_texts(catalogue: Catalog, locale: str) -> Iterator[str]:
    for message in catalogue:
        if not message.id:
            continue
        msgid, text = _key(message)[1], _strings(message)[0]
        if not text:
            yield f"missing: {msgid!r}"
            continue
        if message.fuzzy:
            yield f"fuzzy: {msgid!r}"
        for problem in text_problems(_english(message), text, locale):
            yield f"{problem}: {msgid!r} -> {text!r}"


def text_problems(english: Sequence[str], text: str, locale: str) -> Iterator[str]:
    """What is not right with one Chinese text; `english` are its singular and plural."""
    expected = [sorted(_PLACEHOLDER.findall(form)) for form in english]
    if sorted(_PLACEHOLDER.findall(text)) not in expected:
        yield "placeholders differ"
    plain = _PLACEHOLDER.sub("", text)
    for shape, name in _SHAPES:
        if shape.search(text):
            yield name
    rules = _rules()
    for word, better in rules["banned"].items():
        if word in plain:
            yield f"{word} should be {better}"
    foreign = set(_LATIN.findall(plain)) - set(rules["latin"]["allowed"])
    if foreign:
        yield f"untranslated {', '.join(sorted(foreign))}"
    if locale == SIMPLIFIED and _convert()(plain) != plain:
        yield "Traditional character in Simplified text"
    if locale == TRADITIONAL and (odd := [c for c in plain if _only_simplified(c)]):
        yield f"not a Traditional character: {''.join(odd)}"


def _only_simplified(character: str) -> bool:
    """Whether a Han character is in no Hong Kong character set."""
    if not re.match(f"[{_HAN}]", character):
        return False
    try:
        character.encode("big5hkscs")
    except UnicodeEncodeError:
        return True
    return False


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def _english(message: Message) -> Sequence[str]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> Sequence[str]:
    string = message.string
    return (string,) if isinstance(string, str) else tuple(string or ("",))


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status."""
    command, names = (arguments[0] if arguments else "check"), arguments[1:]
    if command == "update":
        for name in names or list(ROOMS):
            update(ROOMS[name])
        return 0
    problems = [line for name in names or rooms_with_catalogues() for line in check(ROOMS[name])]
    for line in problems:
        print(line)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
