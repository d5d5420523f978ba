"""The command line's manners: results on stdout, the rest on stderr, failures with a way out."""

import json
from importlib import import_module
from pathlib import Path

import pytest
import typer

from onechop import errors
from onechop.main import ROOMS, app, run


def test_a_failure_with_json_is_one_object_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["up", "--port-idp", "many", "--json"])
    said = capsys.readouterr()
    assert code == errors.ATTENTION
    assert set(json.loads(said.out)["error"]) == {"code", "message", "hint", "docs"}
    assert said.err == ""


def test_a_failure_without_json_leaves_stdout_empty(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["sed"])
    said = capsys.readouterr()
    assert code == errors.ATTENTION
    assert said.out == ""
    assert "Did you mean 'seed'?" in said.err


def test_no_argument_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    assert "Commands:" in capsys.readouterr().out


def test_no_colour_means_no_escape_codes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    run(["sed"])
    assert "\x1b[3" not in capsys.readouterr().err


@pytest.mark.parametrize("command", app.registered_commands, ids=lambda each: each.name)
def test_every_command_takes_json(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command.name, "--help"]) == 0
    assert "--json" in capsys.readouterr().out


def test_what_nobody_foresaw_is_one_object_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ONECHOP_DEBUG", raising=False)
    monkeypatch.setenv("ONECHOP_IDP_DATA", str(tmp_path))
    assert run(["idp", "verify-ledger", "--json"]) == errors.FAILED
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["code"] == "internal"
    assert "Traceback" not in said.err


@pytest.mark.parametrize("group", ROOMS)
def test_every_command_of_the_rooms_takes_json(group: str) -> None:
    for command in typer.main.get_group(import_module(ROOMS[group][0]).app).commands.values():
        assert "--json" in [name for each in command.params for name in each.opts], command.name
