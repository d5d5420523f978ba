"""Services as processes: ready, started again when they die, ended with their parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from onechop.errors import Failure
from onechop.processes import Service, listen, supervise

APPLICATION = """
import os

def create_app():
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                await send({"type": message["type"] + ".complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        body = str(os.getpid()).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})
    return app

def broken():
    raise SystemExit("it does not want to")
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    (tmp_path / "toy_service.py").write_text(APPLICATION)
    with listen(0, "") as listening:
        port = listening.getsockname()[1]
        made = Service(
            name="toy",
            factory="toy_service:create_app",
            listening=listening,
            environment={"PYTHONPATH": str(tmp_path)},
            ready_url=f"http://toy.localhost:{port}/",
            log=tmp_path / "toy.log",
            pid_file=tmp_path / "toy.pid",
        )
        yield made
        made.stop()


def _ask(service: Service, timeout: float = 10) -> int:
    port = service.listening.getsockname()[1]
    return int(httpx.get(f"http://127.0.0.1:{port}/", timeout=timeout, trust_env=False).text)


def test_a_service_starts_answers_and_ends(service: Service) -> None:
    service.start()
    service.wait_ready(20)
    pid = _ask(service)
    assert pid == service.pid == int(service.pid_file.read_text())
    service.stop()
    assert service.pid is None
    assert not service.pid_file.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_service_that_is_killed_is_started_again_and_requests_wait(service: Service) -> None:
    service.start()
    service.wait_ready(20)
    first = _ask(service)
    os.kill(first, signal.SIGKILL)
    service.process.wait()
    restarted: list[str] = []
    supervise([service], lambda: bool(restarted), lambda each: restarted.append(each.name))
    assert restarted == ["toy"]
    second = _ask(service, timeout=20)
    assert second != first


def test_a_service_that_keeps_ending_is_given_up_with_its_log(service: Service) -> None:
    service.factory = "toy_service:broken"
    service.start()
    with pytest.raises(Failure) as given_up:
        supervise([service], lambda: False, lambda each: each.process.wait())
    assert given_up.value.code == "child_failed"
    assert "it does not want to" in given_up.value.message


def test_a_service_that_ends_before_it_is_ready_is_explained(service: Service) -> None:
    service.factory = "toy_service:broken"
    service.start()
    with pytest.raises(Failure) as explained:
        service.wait_ready(20)
    assert explained.value.code == "not_ready"
    assert "it does not want to" in explained.value.message


def test_a_busy_port_is_explained() -> None:
    with listen(0, "") as first, pytest.raises(Failure) as explained:
        listen(first.getsockname()[1], "choose another")
    assert (explained.value.code, explained.value.hint) == ("port_in_use", "choose another")


def test_services_end_with_their_parent_however_it_goes(service: Service, tmp_path: Path) -> None:
    parent = tmp_path / "parent.py"
    parent.write_text(f"""
import sys, time
from pathlib import Path
from onechop.processes import Service, listen
service = Service(name="toy", factory="toy_service:create_app", listening=listen(0, ""),
    environment={{"PYTHONPATH": {str(tmp_path)!r}}}, ready_url="", log=Path({str(service.log)!r}),
    pid_file=Path({str(service.pid_file)!r}))
service.ready_url = f"http://toy.localhost:{{service.listening.getsockname()[1]}}/"
service.start(); service.wait_ready(20); print("ready", flush=True); time.sleep(60)
""")
    with subprocess.Popen([sys.executable, str(parent)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        child = int(service.pid_file.read_text())
        process.kill()
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() and not _alive(child):
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the service outlived its parent")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
