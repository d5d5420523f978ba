"""`onechop verify`: check the signatures of a document, without asking anyone."""

from pathlib import Path
from typing import Annotated

import typer

from onechop.console import Json
from onechop.errors import REFUSED, Failure


def verify(
    file: Annotated[Path, typer.Argument(help="The signed PDF.")],
    trust_list: Annotated[
        Path | None,
        typer.Option("--trust-list", help="Recognised authorities; default: the demonstration's."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Check a signed document: 0 passed, 1 failed, 2 cannot be decided, 3 could not run."""
    try:
        from certs.verification import command
    except ImportError as error:
        message = "certs.verification is not installed."
        raise Failure("room_missing", message, exit_code=REFUSED) from error
    raise typer.Exit(command.run(file, trust_list=trust_list, as_json=as_json))
