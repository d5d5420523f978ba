"""`onechop rp`: what the departments are configured with, and starting them afresh."""

import json
import sys
from typing import Annotated

import typer

from relying_party.settings import DepartmentName, Settings

app = typer.Typer(help="The sample departments.", no_args_is_help=True)

_NAMES: tuple[DepartmentName, ...] = ("licensing", "notices")
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


@app.command()
def settings(*, as_json: AsJson = False) -> None:
    """Show the settings in force, and the environment variable of each."""
    values = {
        f"ONECHOP_RP_{name.upper()}": str(value) if value is not None else None
        for name, value in Settings()
    }
    if as_json:
        _say(json.dumps(values))
        return
    for name, value in values.items():
        _say(f"{name}={value or ''}")


@app.command()
def reset(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete what the departments recorded: applications, payments, licences, messages.

    Keys stay, so they need not be registered again. Stop the departments first.
    """
    found = Settings()
    if not yes:
        typer.confirm("Delete all records of the sample departments?", abort=True, err=True)
    removed = []
    for name in _NAMES:
        database = found.department(name).database_file
        for path in (database, *(database.with_name(database.name + s) for s in ("-wal", "-shm"))):
            if path.exists():
                path.unlink()
                removed.append(str(path))
    _say(json.dumps({"removed": removed}) if as_json else f"{len(removed)} files deleted")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
