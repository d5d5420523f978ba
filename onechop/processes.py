"""Services as child processes: start, wait until ready, start again, end by process id."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from onechop.errors import UNREACHABLE, Failure

_DIRECT: Final = build_opener(ProxyHandler({}))  # loopback never goes through a proxy


def listen(port: int, hint: str) -> socket.socket:
    """Open a listening socket on loopback; port 0 takes any free one.

    Raises Failure(port_in_use).
    """
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind(("127.0.0.1", port))
    except OSError as error:
        opened.close()
        message = f"Port {port} is in use by another program."
        raise Failure("port_in_use", message, hint=hint, exit_code=UNREACHABLE) from error
    opened.listen(512)
    return opened


@dataclass(slots=True, kw_only=True)
class Service:
    """One service: what to run, where it listens, and its process while it runs."""

    name: str
    factory: str
    listening: socket.socket
    environment: Mapping[str, str]
    ready_url: str
    log: Path
    pid_file: Path
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)
    _lifeline: int | None = None

    def start(self) -> None:
        """Start the process; its output goes to the log, its id to the pid file."""
        self._close_lifeline()
        reading, self._lifeline = os.pipe()
        descriptor = self.listening.fileno()
        command = [sys.executable, "-m", "onechop.serve", self.factory]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*command, str(descriptor), str(reading)],
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(descriptor, reading),
                start_new_session=True,  # Ctrl-C reaches us alone, and we tell the children
            )
        os.close(reading)
        self.starts.append(time.monotonic())
        self.pid_file.write_text(f"{self.process.pid}\n")

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self.process.pid if self.process and self.process.poll() is None else None

    def wait_ready(self, timeout: float) -> None:
        """Wait until the service answers; `timeout` in seconds.

        Raises Failure(not_ready) when it ended or did not answer, with the end of its log.
        """
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.pid is None:
                break
            if _answers(self.ready_url):
                return
            time.sleep(0.05)
        message = f"{self.name} did not become ready. Its log ends:\n{tail(self.log)}"
        raise Failure("not_ready", message, hint=f"See {self.log}", exit_code=UNREACHABLE)

    def crashes_in_a_row(self, window: float = 30.0) -> int:
        """Count the starts of the last `window` seconds."""
        now = time.monotonic()
        return sum(1 for start in self.starts if now - start < window)

    def stop(self, grace: float = 6.0) -> None:
        """End the process: ask, wait `grace` seconds, then kill; by its id alone."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(grace)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._close_lifeline()
        self.pid_file.unlink(missing_ok=True)

    def _close_lifeline(self) -> None:
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    # *.localhost is loopback by RFC 6761 §6.3, but not every resolver knows it.
    target = f"http://127.0.0.1:{parts.port}{parts.path or '/'}"
    request = Request(target, headers={"Host": parts.netloc})
    try:
        with _DIRECT.open(request, timeout=2) as answer:
            return bool(answer.status < 500)
    except HTTPError as error:
        return error.code < 500
    except (URLError, OSError):
        return False


def tail(log: Path, lines: int = 25) -> str:
    """Give the last lines of a log."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def supervise(
    services: list[Service], ended: Callable[[], bool], on_restart: Callable[[Service], None]
) -> None:
    """Keep the services running until `ended()`: one that died is started again.

    Raises Failure(child_failed) when one keeps dying: five starts within half a minute.
    """
    while not ended():
        for service in services:
            if service.pid is not None:
                continue
            if service.crashes_in_a_row() >= 5:
                message = f"{service.name} keeps ending. Its log ends:\n{tail(service.log)}"
                raise Failure("child_failed", message, hint=f"See {service.log}")
            on_restart(service)
            service.start()
        time.sleep(0.1)
