"""`onechop up`: the whole demonstration, with one command."""

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from onechop.console import Json, emit, mark, say
from onechop.layout import DEFAULT_DATA, Layout
from onechop.prepare import prepare
from onechop.processes import Service, listen, supervise
from onechop.state import decide_ports, sole_use

READY_SECONDS = 60.0

Data = Annotated[Path, typer.Option("--data", help="Folder for keys, databases and logs.")]
PortIdp = Annotated[
    int | None,
    typer.Option(
        "--port-idp", min=0, max=65535, help="Port of the identity provider; 0: any free one."
    ),
]
PortDepartments = Annotated[
    int | None,
    typer.Option(
        "--port-departments", min=0, max=65535, help="Port of the departments; 0: any free."
    ),
]


def up(
    data: Data = DEFAULT_DATA,
    port_idp: PortIdp = None,
    port_departments: PortDepartments = None,
    *,
    as_json: Json = False,
) -> None:
    """Start everything and keep it running until Ctrl-C.

    The first start makes keys, certificates, a database and demonstration residents. With --json,
    one object is printed when everything is ready: addresses, process ids and the data folder.
    """
    ended = threading.Event()
    with sole_use(data):
        asked_idp, asked_departments = decide_ports(data, port_idp, port_departments)
        hint = "End that program, or choose ports: --port-idp, --port-departments"
        sockets = listen(asked_idp, hint), listen(asked_departments, hint)
        layout = Layout(
            data=data.resolve(),
            port_idp=sockets[0].getsockname()[1],
            port_departments=sockets[1].getsockname()[1],
        )
        _end_on_signals(ended)
        prepare(layout)
        services = _services(layout, *sockets)
        try:
            for service in services:
                say(f"Starting {service.name}")
                service.start()
            for service in services:
                service.wait_ready(READY_SECONDS)
            _announce(layout, services, as_json=as_json)
            supervise(services, ended.is_set, _restarted)
        finally:
            say("Ending")
            for service in reversed(services):
                service.stop()


def _end_on_signals(ended: threading.Event) -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)


def _restarted(service: Service) -> None:
    mark("attention", f"{service.name} ended by itself; starting it again")


def _services(layout: Layout, for_idp: Any, for_departments: Any) -> list[Service]:
    return [
        Service(
            name="idp",
            factory="idp.main:create_app",
            listening=for_idp,
            environment=layout.idp_environment(),
            ready_url=f"{layout.issuer}/.well-known/openid-configuration",
            log=layout.logs / "idp.log",
            pid_file=layout.run / "idp.pid",
        ),
        Service(
            name="departments",
            factory="relying_party.main:create_app",
            listening=for_departments,
            environment=layout.departments_environment(),
            ready_url=layout.department_origin("licensing") + "/",
            log=layout.logs / "departments.log",
            pid_file=layout.run / "departments.pid",
        ),
    ]


def _announce(layout: Layout, services: list[Service], *, as_json: bool) -> None:
    urls = {
        "idp": layout.issuer,
        "phone": f"{layout.issuer}/phone",
        "verify": f"{layout.issuer}/verify",
        "licensing": layout.department_origin("licensing"),
        "notices": layout.department_origin("notices"),
    }
    pids = {service.name: service.pid for service in services}
    mark("ok", "OneChop is running. A demonstration: not recognised under the Ordinance.")
    text = "\n".join(
        (
            "",
            f"  1. Make this browser window the phone of a resident:  {urls['phone']}",
            f"  2. In another window, renew a licence:               {urls['licensing']}",
            f"  3. Read the notices:                                 {urls['notices']}",
            f"  4. Check any signed document:                        {urls['verify']}",
            "",
            f"  Data, keys and logs: {layout.data}    End with Ctrl-C.",
        )
    )
    result = {"ready": True, "urls": urls, "pids": pids, "data": str(layout.data)}
    emit(result, as_json=as_json, text=text)
