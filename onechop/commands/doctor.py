"""`onechop doctor`: what is wrong with this machine or data folder, and how to mend it."""

from typing import Annotated

import typer

from onechop.checks import Check, examine
from onechop.commands.up import Data, PortDepartments, PortIdp
from onechop.console import Json, emit, mark, say
from onechop.errors import ATTENTION, FAILED
from onechop.layout import DEFAULT_DATA, DEFAULT_PORT_DEPARTMENTS, DEFAULT_PORT_IDP, Layout
from onechop.state import recall


def doctor(
    data: Data = DEFAULT_DATA,
    port_idp: PortIdp = None,
    port_departments: PortDepartments = None,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is safe to mend.")] = False,
    as_json: Json = False,
) -> None:
    """Say what is wrong and how to mend it: exit 0 all well, 2 needs attention, 1 will not run."""
    before = recall(data)
    layout = Layout(
        data=data.resolve(),
        port_idp=port_idp or before.get("port_idp", DEFAULT_PORT_IDP),
        port_departments=port_departments
        or before.get("port_departments", DEFAULT_PORT_DEPARTMENTS),
    )
    checks = examine(layout, fix=fix)
    emit({"checks": [check.as_json() for check in checks]}, as_json=as_json)
    if not as_json:
        _print(checks)
    statuses = {check.status for check in checks}
    if "failed" in statuses:
        raise typer.Exit(FAILED)
    if "attention" in statuses:
        raise typer.Exit(ATTENTION)


def _print(checks: list[Check]) -> None:
    for check in checks:
        mark(check.status, f"{check.id}: {check.message}")
        if check.fix and check.status != "ok":
            say(f"  {check.fix}")
