"""`onechop doctor` finds what is wrong, and mends what is safe to mend."""

import json
import os
import socket
import stat
import time
from pathlib import Path

import pytest

from onechop.departments import write_registrations
from onechop.layout import Layout
from onechop.main import run


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    tmp_path.chmod(0o700)
    return Layout(data=tmp_path, port_idp=8162, port_departments=8163)


def _doctor(
    layout: Layout, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, dict[str, dict[str, str]]]:
    ports = ["--port-idp", str(layout.port_idp), "--port-departments", "8163"]
    code = run(["doctor", "--json", "--data", str(layout.data), *ports, *arguments])
    checks = json.loads(capsys.readouterr().out)["checks"]
    return code, {check["id"]: check for check in checks}


def test_a_key_that_others_can_read_is_found_and_mended(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    write_registrations(layout)
    key = layout.departments / "licensing" / "client.key.pem"
    key.chmod(0o644)
    code, checks = _doctor(layout, capsys)
    assert code == 1
    assert checks["keys"]["status"] == "failed"
    assert checks["keys"]["fix"] == f"chmod 600 {key}"
    _, checks = _doctor(layout, capsys, "--fix")
    assert checks["keys"]["status"] == "ok"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_clock_behind_the_newest_file_is_found(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    file = layout.data / "ahead"
    file.write_text("")
    os.utime(file, (time.time() + 3600, time.time() + 3600))
    _, checks = _doctor(layout, capsys)
    assert checks["clock"]["status"] == "failed"


def test_a_port_in_use_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        layout = Layout(data=tmp_path, port_idp=port, port_departments=8163)
        _, checks = _doctor(layout, capsys)
    assert checks["ports"]["status"] == "attention"
    assert str(port) in checks["ports"]["message"]


def test_a_data_folder_open_to_others_is_found_and_mended(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    layout.data.chmod(0o755)
    assert _doctor(layout, capsys)[1]["data"]["status"] == "attention"
    assert _doctor(layout, capsys, "--fix")[1]["data"]["status"] == "ok"
