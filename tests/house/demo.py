"""The whole demonstration, started as a user starts it: `onechop up`, on free ports."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

import httpx
import pytest

from house.browser import FAILED

START_SECONDS = 150


@dataclass(slots=True, kw_only=True)
class Demo:
    """A running demonstration: where it answers, where its data lies, how to hurt it."""

    process: subprocess.Popen[str]
    data: Path
    urls: dict[str, str]
    ready: dict[str, Any]
    said: Path

    @property
    def idp(self) -> str:
        """The identity provider's origin and issuer."""
        return self.urls["idp"]

    @property
    def phone(self) -> str:
        """The phone app."""
        return self.urls["phone"]

    @property
    def licensing(self) -> str:
        """The origin of the licensing service."""
        return self.urls["licensing"]

    @property
    def notices(self) -> str:
        """The origin of the notices service."""
        return self.urls["notices"]

    def pid(self, name: str) -> int:
        """The process id of a service (`idp` or `departments`), as it runs now."""
        file = self.data / "run" / f"{name}.pid"
        while not (text := file.read_text()):  # just being written
            time.sleep(0.01)
        return int(text)

    def kill(self, name: str, seconds: float = 60.0) -> int:
        """Kill a service as a power cut would, and wait until it was started again and answers.

        Requests wait meanwhile: `onechop up` holds the listening socket.
        """
        origin = self.idp if name == "idp" else self.licensing
        old = self.pid(name)
        os.kill(old, signal.SIGKILL)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            new = self.pid(name)
            if new != old:
                _answer(origin, end - time.monotonic())
                return new
            time.sleep(0.05)
        pytest.fail(f"{name} was not started again\n{self.logs()}")

    def verify_ledger(self) -> bool:
        """Recompute the audit tree from its entries, by the provider's own command."""
        env = os.environ | {
            "ONECHOP_IDP_DATA": str(self.data / "idp"),
            "ONECHOP_IDP_ISSUER": self.idp,
        }
        command = [sys.executable, "-m", "idp", "verify-ledger"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        print(done.stdout, done.stderr)
        return done.returncode == 0

    def logs(self, lines: int = 60) -> str:
        """What the command and the services said last."""
        parts = []
        for file in (self.said, *sorted((self.data / "logs").glob("*.log"))):
            if file.exists():
                text = "\n".join(file.read_text(errors="replace").splitlines()[-lines:])
                parts.append(f"--- {file.name}\n{text}")
        return "\n".join(parts)

    def stop(self) -> None:
        """End everything, as Ctrl-C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()  # the services end with it: their lifeline breaks
                self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def start(data: Path, *, ports: tuple[int, int] = (0, 0)) -> Demo:
    """Start `onechop up` on a data folder and wait until it is ready."""
    data.mkdir(parents=True, exist_ok=True)
    said = data.parent / f"{data.name}.stderr.log"
    command = [sys.executable, "-m", "onechop", "up", "--json", "--data", str(data)]
    command += ["--port-idp", str(ports[0]), "--port-departments", str(ports[1])]
    with said.open("a") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True
        )
    line = _first_line(process)
    ready = json.loads(line) if line else {}
    demo = Demo(process=process, data=data, urls=ready.get("urls", {}), ready=ready, said=said)
    if not ready.get("ready"):
        demo.stop()
        pytest.fail(f"`onechop up` did not become ready: {line}\n{demo.logs()}")
    return demo


def _answer(origin: str, seconds: float) -> None:
    url = httpx.URL(origin)
    plain, headers = url.copy_with(host="127.0.0.1"), {"Host": f"{url.host}:{url.port}"}
    httpx.get(plain, headers=headers, timeout=max(seconds, 1.0), trust_env=False)


def _first_line(process: subprocess.Popen[str]) -> str:
    lines: Queue[str] = Queue()
    output = process.stdout
    assert output is not None
    Thread(target=lambda: lines.put(output.readline()), daemon=True).start()
    try:
        return lines.get(timeout=START_SECONDS)
    except Empty:
        return ""


@pytest.fixture(scope="session")
def shared_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demonstration for all journeys of this process that do not hurt it."""
    demo = start(tmp_path_factory.mktemp("demo") / "var")
    yield demo
    demo.stop()


@pytest.fixture
def demo(shared_demo: Demo, request: pytest.FixtureRequest) -> Iterator[Demo]:
    """The shared demonstration; its logs are shown when the test fails."""
    yield shared_demo
    if request.node.stash.get(FAILED, False):
        print(shared_demo.logs())


@pytest.fixture
def new_demo(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Demo]]:
    """Start a demonstration of the test's own: to kill, to stop, to start again."""
    demos: list[Demo] = []

    def make(name: str = "var", ports: tuple[int, int] = (0, 0)) -> Demo:
        demos.append(start(tmp_path / name, ports=ports))
        return demos[-1]

    yield make
    for made in demos:
        if request.node.stash.get(FAILED, False):
            print(made.logs())
        made.stop()
