"""What the first start decided, kept beside the data: the ports, which certificates carry."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onechop.departments import write_private
from onechop.errors import REFUSED, Failure
from onechop.layout import DEFAULT_PORT_DEPARTMENTS, DEFAULT_PORT_IDP, Layout


def recall(data: Path) -> dict[str, int]:
    """Read what an earlier start decided; empty before the first."""
    file = data / "onechop.json"
    return json.loads(file.read_text()) if file.exists() else {}


def remember(layout: Layout) -> None:
    """Write down what this start decided."""
    known = {"port_idp": layout.port_idp, "port_departments": layout.port_departments}
    write_private(layout.state_file, (json.dumps(known) + "\n").encode())


def decide_ports(data: Path, port_idp: int | None, port_departments: int | None) -> tuple[int, int]:
    """Choose the ports: as asked, else as before, else the defaults; 0 means any free one.

    Raises Failure(ports_changed): certificates made at the first start carry addresses with the
    old port, and a citizen's signature would point to nowhere.
    """
    before = recall(data)
    asked = {"port_idp": port_idp, "port_departments": port_departments}
    if before:
        changed = [name for name, port in asked.items() if port not in (None, 0, before[name])]
        if changed:
            old = f"{before['port_idp']} and {before['port_departments']}"
            raise Failure(
                "ports_changed",
                f"{data} was made for the ports {old}, which its certificates carry.",
                hint="Use those ports, or another folder with --data.",
                exit_code=REFUSED,
            )
        return before["port_idp"], before["port_departments"]
    return (
        DEFAULT_PORT_IDP if port_idp is None else port_idp,
        DEFAULT_PORT_DEPARTMENTS if port_departments is None else port_departments,
    )


@contextmanager
def sole_use(data: Path) -> Iterator[None]:
    """Hold the data folder for one process; the lock ends with the process, however it ends.

    Raises Failure(already_running) or Failure(data_folder).
    """
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(data / "onechop.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        message = f"{data} cannot be written: {error.strerror}."
        raise Failure("data_folder", message, hint="Choose another folder: --data") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise Failure(
            "already_running",
            f"A demonstration already runs on {data}.",
            hint="End it first, or use another folder and other ports.",
            exit_code=REFUSED,
        ) from error
    try:
        yield
    finally:
        os.close(descriptor)
