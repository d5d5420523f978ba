"""The command `onechop`: its own commands, and the groups of the three rooms, mounted lazily."""

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import typer
from typer.core import TyperGroup

from onechop.commands import doctor, phone, seed, up, verify
from onechop.console import explain
from onechop.errors import ATTENTION, FAILED, Failure

ROOMS: Final = {
    "certs": ("certs.cli", "The certification authority: certificates, status, the ledger."),
    "idp": ("idp.cli", "The identity provider: database, clients, people."),
    "rp": ("relying_party.cli", "The departments' services."),
}
"""Mounted group → the module with its `app`, and what it is about."""


class Mounted(TyperGroup):
    """A group that imports a room only when its command is asked for: the start stays fast."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name our own commands and the rooms that are there."""
        return [*super().list_commands(ctx), *(name for name in ROOMS if _installed(name))]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Find a command; a room is imported here."""
        if cmd_name not in ROOMS or not _installed(cmd_name):
            return super().get_command(ctx, cmd_name)
        module, about = ROOMS[cmd_name]
        room = import_module(module).app
        room.rich_markup_mode = None  # one way of speaking, whoever wrote the room
        command = typer.main.get_group(room)
        command.name = cmd_name
        command.help = about
        return command


def _installed(name: str) -> bool:
    module = ROOMS[name][0]
    return find_spec(module.partition(".")[0]) is not None and find_spec(module) is not None


app = typer.Typer(
    cls=Mounted,
    name="onechop",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="OneChop: one digital identity to log in, fill in forms and sign. A demonstration system.",
    epilog="Every command takes --json. Exit codes: 0 ok, 1 failed, 2 usage or attention, "
    "3 refused, 4 expired, 5 not reachable.",
)
app.command(name="up")(up.up)
app.command(name="doctor")(doctor.doctor)
app.command(name="seed")(seed.seed)
app.command(name="verify")(verify.verify)
app.add_typer(phone.app)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its exit code (see `onechop.errors`)."""
    arguments = sys.argv[1:] if arguments is None else arguments
    sys.exit(run(arguments))


def run(arguments: list[str]) -> int:
    """Run the command and answer its exit code; failures are explained, never shown as traces."""
    arguments = arguments or ["--help"]
    as_json = "--json" in arguments
    try:
        code = app(args=arguments, prog_name="onechop", standalone_mode=False)
    except Failure as failure:
        explain(failure, as_json=as_json)
        return failure.exit_code
    except typer.TyperException as error:
        hint = f"Try: {_command_path(error)} --help"
        message = error.format_message()  # names the option, which str() does not
        explain(Failure("usage", message, hint=hint, exit_code=ATTENTION), as_json=as_json)
        return ATTENTION
    except (typer.Abort, KeyboardInterrupt):
        explain(Failure("interrupted", "Interrupted."), as_json=as_json)
        return FAILED
    except Exception as error:
        if os.environ.get("ONECHOP_DEBUG"):
            raise
        hint = "Set ONECHOP_DEBUG=1 to see where. `onechop doctor` may know more."
        message = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        explain(Failure("internal", message, hint=hint), as_json=as_json)
        return FAILED
    return code if isinstance(code, int) else 0


def _command_path(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context is not None else "onechop"
