"""The operator's commands, against a real database."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from typer.testing import CliRunner

from idp.cli import app


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ONECHOP_IDP_DATA", str(tmp_path / "idp"))

    def call(*arguments: str) -> tuple[int, dict[str, Any]]:
        result = CliRunner().invoke(app, [*arguments, "--json"])
        document = json.loads(result.stdout) if result.stdout else {}
        return result.exit_code, document

    return call


@pytest.fixture
def registration(tmp_path: Path) -> Path:
    path = tmp_path / "registration.json"
    key = ECKey.generate_key("P-256").as_dict(private=False)
    document = {
        "client_id": "licensing",
        "client_name": {"en": "Licensing", "zh-Hant-HK": "牌照", "zh-Hans": "牌照"},
        "host": "licensing.localhost:8001",
        "redirect_uris": ["http://licensing.localhost:8001/login/callback"],
        "jwks": {"keys": [{**key, "kid": "k"}]},
        "scopes": ["openid"],
        "sector_identifier": "licensing.localhost",
    }
    path.write_text(json.dumps(document))
    return path


def _database(tmp_path: Path) -> sqlite3.Connection:
    return sqlite3.connect(tmp_path / "idp" / "idp.sqlite3")


def test_every_command_may_be_repeated(run: Any, registration: Path) -> None:
    for _ in range(2):
        assert run("migrate") == (0, {"migrated": True})
        assert run("seed")[0] == 0
        assert run("register-client", str(registration)) == (0, {"client_id": "licensing"})
    code, report = run("verify-ledger")
    assert (code, report["holds"]) == (0, True)
    assert report["size"] == run("seed")[1]["residents"] + 1  # one entry each, once


@pytest.mark.parametrize(
    "statement",
    [
        'update ledger_entries set payload = \'{"person_id": "x"}\' where sequence = 3',
        "update ledger_entries set name = 'Other' where sequence = 0",
        "update ledger_entries set at = '2020-01-01 00:00:00.000000' where sequence = 5",
        "delete from ledger_entries where sequence = 4",
        "delete from ledger_entries where sequence = (select max(sequence) from ledger_entries)",
        "update ledger_head set size = size - 1",
        "delete from ledger_head",
    ],
)
def test_a_changed_ledger_is_found_out(run: Any, tmp_path: Path, statement: str) -> None:
    """E22 of the design's scorecard."""
    run("migrate")
    run("seed")
    with _database(tmp_path) as connection:
        connection.execute(statement)
    connection.close()
    code, report = run("verify-ledger")
    assert (code, report["holds"]) == (1, False)
    if "where sequence = 3" in statement:
        assert report["problem"] == "entry 3 was changed"


def test_a_bad_registration_changes_nothing(run: Any, registration: Path, tmp_path: Path) -> None:
    run("migrate")
    document = registration.read_text()
    for text in (
        "{}",
        "[]",
        document.replace("login/callback", "login/../callback"),
        document[:-1] + ', "client_id": "licensing"}',
    ):
        registration.write_text(text)
        assert run("register-client", str(registration))[0] == 1
    assert run("register-client", str(tmp_path / "none.json"))[0] == 1
    connection = _database(tmp_path)
    assert connection.execute("select count(*) from clients").fetchone() == (0,)
    connection.close()


def test_keys_rotate_step_by_step(run: Any) -> None:
    counts = [len(run("rotate-keys")[1]["kids"]) for _ in range(3)]
    assert counts == [2, 3, 4]


def test_there_are_no_demo_residents_without_the_demonstration(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONECHOP_IDP_DEMONSTRATION", "false")
    run("migrate")
    assert run("seed")[0] != 0
