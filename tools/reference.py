"""Write the reference pages that come from the code: `python tools/reference.py [--check]`.

A page is a function of the code; `tests/architecture/test_docs.py` fails when one has drifted.
"""

import ast
import dataclasses
import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by tools/reference.py from the code: `make format` writes it again. -->\n"


def cli() -> str:
    """Every command with its arguments and options, from the commands themselves."""
    from onechop.errors import EXIT_CODES
    from onechop.main import ROOMS, app

    lines = ["# The command line", "", NOTE]
    lines += ["Results go to standard output, everything else to standard error. Every command"]
    lines += ['takes `--json`: one object, or `{"error": {code, message, hint, docs}}`. `NO_COLOR`']
    lines += ["is obeyed. `onechop --install-completion` teaches your shell.", ""]
    lines += ["| exit code | meaning |", "|---|---|"]
    lines += [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    lines += [
        "",
        "`onechop verify` ends with 0 `TOTAL-PASSED`, 1 `TOTAL-FAILED`, 2 `INDETERMINATE`,",
    ]
    lines += ["3 could not run.", ""]
    for name, command in _commands("onechop", typer.main.get_group(app)):
        lines += _command(name, command)
    for group, (module, _about) in ROOMS.items():
        if find_spec(module.partition(".")[0]) and find_spec(module):
            room = typer.main.get_group(import_module(module).app)
            for name, command in _commands(f"onechop {group}", room):
                lines += _command(name, command)
    return "\n".join(lines)


def _commands(prefix: str, group: Any) -> Iterator[tuple[str, Any]]:
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from _commands(f"{prefix} {name}", command)
        else:
            yield f"{prefix} {name}", command


def _command(name: str, command: Any) -> list[str]:
    lines = [f"## {name}", "", inspect.cleandoc(command.help or ""), ""]
    parameters = [each for each in command.params if each.name != "help"]
    if parameters:
        lines += ["| argument or option | meaning |", "|---|---|"]
        for each in parameters:
            spelled = (
                ", ".join(each.opts) if each.param_type_name == "option" else each.name.upper()
            )
            lines.append(f"| `{spelled}` | {getattr(each, 'help', '') or ''} |")
        lines.append("")
    return lines


def events() -> str:
    """The audit vocabulary, one row for each event."""
    from idp.domain import events as module

    lines = ["# Audit events", "", NOTE]
    lines += ["Each act appends one entry to the ledger, in the transaction that does the act. No"]
    lines += ["entry holds a secret or personal data: people, departments, devices and sessions"]
    lines += ["appear as opaque ids. Every event also has `person_id` and `client_id`, where there"]
    lines += ["is one.", "", "| event | fields | when |", "|---|---|---|"]
    base = {field.name for field in dataclasses.fields(module.Event)}
    for name, event in vars(module).items():
        if inspect.isclass(event) and issubclass(event, module.Event) and event is not module.Event:
            own = [
                f"`{field.name}`" for field in dataclasses.fields(event) if field.name not in base
            ]
            text = " ".join(inspect.getdoc(event).split())  # type: ignore[union-attr]
            lines.append(f"| `{name}` | {', '.join(own)} | {text} |")
    return "\n".join([*lines, ""])


def settings() -> str:
    """Every setting: name, default, meaning; the meaning is the `#:` comment or description."""
    lines = ["# Settings", "", NOTE]
    lines += [
        "Settings are environment variables, read once at the start. `onechop up` sets what the"
    ]
    lines += ["demonstration needs.", ""]
    for title, module in (
        ("The identity provider", "idp.settings"),
        ("The departments", "relying_party.settings"),
    ):
        if find_spec(module) is None:
            continue
        model = import_module(module).Settings
        prefix = model.model_config["env_prefix"]
        comments = _comments(Path(inspect.getsourcefile(model) or ""))
        lines += [f"## {title}", "", "| variable | default | meaning |", "|---|---|---|"]
        for name, field in model.model_fields.items():
            default = "required" if field.is_required() else f"`{_plain(field.default)}`"
            meaning = field.description or comments.get(name, "")
            lines.append(f"| `{prefix}{name.upper()}` | {default} | {meaning} |")
        lines.append("")
    return "\n".join(lines)


def _plain(value: Any) -> str:
    words = {"None": "none", "True": "true", "False": "false", "": "empty"}
    return words.get(str(value), str(value))


def _comments(source: Path) -> dict[str, str]:
    """Collect the `#:` comments above the annotated names of a file."""
    text = source.read_text().splitlines()
    found = {}
    for node in ast.walk(ast.parse("\n".join(text))):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            above: list[str] = []
            line = node.lineno - 2
            while line >= 0 and text[line].strip().startswith("#:"):
                above.insert(0, text[line].strip().removeprefix("#:").strip())
                line -= 1
            if above:
                found[node.target.id] = " ".join(above)
    return found


PAGES = {"cli.md": cli, "events.md": events, "settings.md": settings}


def drifted() -> list[str]:
    """Name the pages that no longer say what the code says."""
    return [
        name
        for name, page in PAGES.items()
        if not (REFERENCE / name).exists() or (REFERENCE / name).read_text() != page()
    ]


def main() -> None:
    """Write every page, or with `--check` only say which have drifted."""
    if "--check" in sys.argv:
        sys.exit("\n".join(f"{name} has drifted: make format" for name in drifted()) or 0)
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page())


if __name__ == "__main__":
    main()
