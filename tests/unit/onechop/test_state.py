"""Ports are decided once for each data folder, and a folder serves one process at a time."""

from pathlib import Path

import pytest

from onechop.errors import Failure
from onechop.layout import Layout
from onechop.state import decide_ports, recall, remember, sole_use


def test_the_first_start_takes_what_is_asked_or_the_defaults(tmp_path: Path) -> None:
    assert decide_ports(tmp_path, None, None) == (8000, 8001)
    assert decide_ports(tmp_path, 0, 8177) == (0, 8177)


def test_a_later_start_keeps_the_ports_of_the_first(tmp_path: Path) -> None:
    remember(Layout(data=tmp_path, port_idp=8160, port_departments=8161))
    assert recall(tmp_path) == {"port_idp": 8160, "port_departments": 8161}
    assert decide_ports(tmp_path, None, None) == (8160, 8161)
    assert decide_ports(tmp_path, 0, 0) == (8160, 8161)
    assert decide_ports(tmp_path, 8160, None) == (8160, 8161)


def test_other_ports_are_refused_because_certificates_carry_the_old_ones(tmp_path: Path) -> None:
    remember(Layout(data=tmp_path, port_idp=8160, port_departments=8161))
    with pytest.raises(Failure) as refused:
        decide_ports(tmp_path, 8170, None)
    assert refused.value.code == "ports_changed"
    assert refused.value.exit_code == 3


def test_a_folder_serves_one_process_at_a_time(tmp_path: Path) -> None:
    with sole_use(tmp_path), pytest.raises(Failure) as refused, sole_use(tmp_path):
        pass
    assert refused.value.code == "already_running"
    with sole_use(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure) as refused, sole_use(tmp_path / "file" / "var"):
        pass
    assert refused.value.code == "data_folder"
