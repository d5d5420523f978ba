"""`onechop up`, as a user starts it: everything answers, survives kill -9, and ends as a whole."""

import os
import time
from collections.abc import Callable

import httpx
import pytest

from house.demo import Demo


def _get(url: str) -> httpx.Response:
    """GET an address under .localhost without asking a resolver (RFC 6761 §6.3)."""
    host = httpx.URL(url).host
    plain = httpx.URL(url).copy_with(host="127.0.0.1")
    port = plain.port
    return httpx.get(plain, headers={"Host": f"{host}:{port}"}, timeout=20, trust_env=False)


@pytest.fixture
def running(new_demo: Callable[..., Demo]) -> Demo:
    return new_demo()


def test_everything_answers_survives_kill_9_and_ends_as_a_whole(
    running: Demo, new_demo: Callable[..., Demo]
) -> None:
    for name, url in running.urls.items():
        if name == "idp":
            continue  # an origin: its pages are the others
        assert _get(url).status_code < 400, name
    discovery = _get(f"{running.idp}/.well-known/openid-configuration").json()
    assert discovery["issuer"] == running.idp
    keys = _get(f"{running.idp}/jwks").json()

    running.kill("idp")
    running.kill("departments")
    assert _get(f"{running.idp}/jwks").json() == keys
    assert _get(running.licensing).status_code < 400

    pids = [running.pid("idp"), running.pid("departments")]
    running.stop()
    assert running.process.returncode == 0
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    again = new_demo()
    assert again.urls == running.urls
    assert _get(f"{again.idp}/jwks").json() == keys


def test_services_end_when_the_command_is_killed(running: Demo) -> None:
    pids = [running.pid("idp"), running.pid("departments")]
    running.process.kill()
    running.process.wait()
    end = time.monotonic() + 15
    while time.monotonic() < end and any(_alive(pid) for pid in pids):
        time.sleep(0.1)
    assert [pid for pid in pids if _alive(pid)] == []


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
