"""The demonstration under measurement: started as a user starts it, on free ports, then ended."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from onechop.layout import Layout


@dataclass(frozen=True, slots=True)
class Demonstration:
    """Where it answers, which process answers, and how long its first start took (seconds)."""

    layout: Layout
    idp_pid: int
    start_seconds: float


@contextmanager
def running(data: Path, ports: tuple[int, int] = (0, 0)) -> Iterator[Demonstration]:
    """Start `onechop up` on an empty folder; end it at the end, by its id."""
    command = [sys.executable, "-m", "onechop", "up", "--json", "--data", str(data)]
    command += ["--port-idp", str(ports[0]), "--port-departments", str(ports[1])]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            sys.exit("the demonstration did not start")
        ready = json.loads(line)
        state = json.loads((data / "onechop.json").read_text())
        layout = Layout(data=data, **state)
        yield Demonstration(layout, ready["pids"]["idp"], time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        process.stdout.close()
