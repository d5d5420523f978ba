"""`onechop verify`: check the signatures of a document, without asking anyone."""

from pathlib import Path
from typing import Annotated

import typer

from certs.base.effects import system_clock
from onechop.console import Json, emit
from onechop.errors import REFUSED, Failure
from onechop.layout import DEFAULT_DATA, Layout


def verify(
    file: Annotated[Path, typer.Argument(help="The signed PDF.")],
    trust_list: Annotated[
        Path | None,
        typer.Option("--trust-list", help="Recognised authorities; default: the demonstration's."),
    ] = None,
    crl: Annotated[
        list[Path] | None, typer.Option("--crl", help="A revocation list to consider as well.")
    ] = None,
    data: Annotated[
        Path, typer.Option("--data", help="The demonstration's folder, for its trust list.")
    ] = DEFAULT_DATA,
    *,
    as_json: Json = False,
) -> None:
    """Check a signed document.

    Exit code: 0 TOTAL-PASSED, 1 TOTAL-FAILED, 2 INDETERMINATE, 3 could not run. With --json the
    report is printed as described in docs/reference/verification-report.md.
    """
    from certs.verification import command

    anchors = trust_list or Layout(data=data, port_idp=0, port_departments=0).trust_list
    report, code = command.run(file, anchors, now=system_clock(), crl_paths=tuple(crl or ()))
    if "error" in report:
        raise _could_not_run(report, file, anchors)
    emit(report, as_json=as_json, text=command.render(report).rstrip())
    raise typer.Exit(code)


def _could_not_run(report: dict[str, str], file: Path, anchors: Path) -> Failure:
    if report["error"] == "trust_list":
        message = f"{anchors} is not a usable trust list: {report['detail']}"
        hint = "Get it again from /pki/trust-list.json, see docs/how-to/verify-offline.md"
        return Failure("trust_list", message, hint=hint, exit_code=REFUSED)
    missing = report["detail"]
    hint = f"Check that {missing} exists and can be read."
    if missing != str(file):
        hint = "Start the demonstration once (onechop seed), or say --trust-list FILE."
    return Failure("file", f"{missing} cannot be read.", hint=hint, exit_code=REFUSED)
