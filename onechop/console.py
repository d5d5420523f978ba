"""What the command says, and where: results on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from onechop.errors import Failure

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on stdout, and nothing else there.")
]
"""The option that every command has."""

_MARKS = {"ok": ("✓", "green"), "attention": ("!", "yellow"), "failed": ("✗", "red")}


def _stderr() -> Console:
    # Made afresh: tests and pipes may have replaced the stream, and NO_COLOR is read by rich.
    return Console(file=sys.stderr, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """Tell the person at the terminal what goes on; never part of a result."""
    _stderr().print(escape(text))


def mark(status: str, text: str) -> None:
    """Print one line with a sign and a word, so that colour alone never carries the meaning."""
    sign, colour = _MARKS[status]
    _stderr().print(f"[{colour}]{sign}[/] {escape(text)}")


def emit(result: Mapping[str, Any], *, as_json: bool, text: str = "") -> None:
    """Print a command's result: the object with `--json`, otherwise its text."""
    if as_json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False, default=str) + "\n")
    elif text:
        sys.stdout.write(text + "\n")
    sys.stdout.flush()


def explain(failure: Failure, *, as_json: bool) -> None:
    """Print why a command failed: what, why and how to mend it; as `{error: …}` with `--json`."""
    if as_json:
        emit({"error": failure.as_json()}, as_json=True)
        return
    mark("failed", failure.message)
    if failure.hint:
        say(f"  {failure.hint}")
    say(f"  {failure.docs}")
