"""Reads the phone app's pages as a person would: headings, questions, choices, messages.

The pages are the interface: what a citizen cannot see there, this phone does not know either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

#: Elements that never have an end tag (HTML §13.1.2).
_VOID: Final = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    )
)


@dataclass(slots=True)
class Element:
    """An element of a page with what is inside it, in order."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    inside: list[Element | str] = field(default_factory=list)

    def all(self, tag: str = "", css: str = "", **attributes: str) -> Iterator[Element]:
        """Find elements below by tag, class and attributes, in the page's order."""
        for each in self.inside:
            if isinstance(each, str):
                continue
            if (
                tag in {"", each.tag}
                and (not css or css in each.attributes.get("class", "").split())
                and all(each.attributes.get(name) == value for name, value in attributes.items())
            ):
                yield each
            yield from each.all(tag, css, **attributes)

    def first(self, tag: str = "", css: str = "", **attributes: str) -> Element | None:
        """Find the first such element."""
        return next(self.all(tag, css, **attributes), None)

    @property
    def text(self) -> str:
        """Its words, with single spaces."""
        return " ".join(" ".join(self.words()).split())

    def words(self) -> Iterator[str]:
        """Yield its pieces of text, without scripts and what is for browsers without them."""
        for each in self.inside:
            if isinstance(each, str):
                yield each
            elif each.tag not in {"script", "style", "noscript"}:
                yield from each.words()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(made)
        if tag not in _VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(html: str) -> Element:
    """Read a page; whatever comes is read, as browsers do."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.open[0]


def summary(page: Element) -> dict[str, str]:
    """Read the page's list of facts: term → description."""
    facts = {}
    for term, description in zip(page.all("dt"), page.all("dd"), strict=False):
        small = description.first("small")
        words = description.text
        facts[term.text] = f"{words.removesuffix(small.text)}({small.text})" if small else words
    return facts


def hidden(page: Element, name: str) -> str | None:
    """Read a hidden field, such as the token that a form sends back."""
    found = page.first("input", name=name, type="hidden")
    return found.attributes.get("value", "") if found else None


def problem(page: Element) -> str:
    """Read what the page says went wrong; empty when it says nothing."""
    found = page.first(id="error-summary")
    return found.text.removeprefix("There is a problem").strip() if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A detail that the department asks for: its claim (of optional ones), words and value."""

    claim: str
    text: str
    required: bool


def fields(page: Element) -> tuple[Field, ...]:
    """Read what would be shared: required details first, then those of the citizen's choice."""
    found = [
        Field(claim="", text=item.text, required=True)
        for part in page.all("ul", css="fields")
        for item in part.all("li")
    ]
    for box in page.all("input", name="release"):
        claim = box.attributes.get("value", "")
        label = next(page.all("label", **{"for": box.attributes.get("id", "")}), None)
        found.append(Field(claim=claim, text=label.text if label else claim, required=False))
    return tuple(found)


def code_choices(page: Element) -> tuple[str, ...]:
    """Read the answers to the question about the identification code."""
    return tuple(box.attributes.get("value", "") for box in page.all("input", name="code"))


def shown_code(page: Element) -> str:
    """Read the identification code that the page itself shows; empty when it shows none."""
    boxes = page.first("div", css="code")
    return boxes.text.replace(" ", "") if boxes else ""
