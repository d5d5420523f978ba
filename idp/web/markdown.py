"""The little Markdown that our own papers use, as HTML: headings, lists, tables, paragraphs.

Everything is escaped first; what is not understood stays text. Not for text from outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from markupsafe import Markup, escape

_INLINE: Final = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"&lt;(https?://[^\s&]+)&gt;"), r'<a href="\1">\1</a>'),
)
_ITEM: Final = re.compile(r"(?:[-*]|\d+\.) +")
_RULE: Final = re.compile(r"\|[\s:|-]+\|")


def render(text: str, *, top_heading: int = 2) -> Markup:
    """Write Markdown as HTML; its `#` becomes a heading of the level `top_heading`."""
    return Markup("\n").join(_block(lines, top_heading) for lines in _blocks(text))


def _blocks(text: str) -> Iterator[list[str]]:
    for is_blank, lines in groupby(text.splitlines(), key=lambda line: not line.strip()):
        if is_blank:
            continue
        block: list[str] = []
        for line in lines:
            if line.startswith("#"):
                yield from ([block] if block else [])
                yield [line]
                block = []
            else:
                block.append(line)
        yield from ([block] if block else [])


def _block(lines: list[str], top: int) -> Markup:
    first = lines[0]
    if first.startswith("#"):
        marks = len(first) - len(first.lstrip("#"))
        level = min(6, top + marks - 1)
        return Markup(f"<h{level}>{_inline(first[marks:])}</h{level}>")  # noqa: S704 - escaped
    if first.startswith("|"):
        return _table(lines)
    if _ITEM.match(first):
        return _list(lines)
    return Markup(f"<p>{_inline(' '.join(lines))}</p>")  # noqa: S704 - escaped


def _list(lines: list[str]) -> Markup:
    items: list[str] = []
    for line in lines:
        if _ITEM.match(line) or not items:
            items.append(_ITEM.sub("", line, count=1))
        else:
            items[-1] += " " + line.strip()
    tag = "ol" if lines[0][0].isdigit() else "ul"
    body = "".join(f"<li>{_inline(item)}</li>" for item in items)
    return Markup(f"<{tag}>{body}</{tag}>")  # noqa: S704 - escaped


def _table(lines: list[str]) -> Markup:
    rows = [line.strip().strip("|").split("|") for line in lines if not _RULE.fullmatch(line)]
    head = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:]
    )
    return Markup(  # noqa: S704 - escaped
        '<div class="scroll" tabindex="0" role="group"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _inline(text: str) -> str:
    made = str(escape(text.strip()))
    for pattern, replacement in _INLINE:
        made = pattern.sub(replacement, made)
    return made
