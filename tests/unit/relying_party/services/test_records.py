"""The tables' verbs: what two requests at once cannot do."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from relying_party.services.licensing import decided, records
from relying_party.services.licensing.renewal import Answer, State
from relying_party.services.licensing.tables import licensing_tables
from relying_party.storage import Database

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    database = Database(tmp_path / "service.db", licensing_tables)
    with database.write() as found:
        records.welcome(found, "person", NOW, NOW.date())
        licence = records.licences_of(found, "person")[0]
        assert records.begin(found, licence, "person", "A1", NOW) == "A1"
        yield found
    database.close()


def ready(connection: Connection) -> None:
    values = {"document": b"%PDF", "document_digest": "d"}
    assert records.move(connection, "A1", State.DRAFT, State.READY, NOW, **values)


def remember(connection: Connection, request_id: str, digest: str = "d") -> bool:
    return records.remember_signing(
        connection, "A1", digest=digest, request_id=request_id, sign_uri="u", state="s"
    )


def test_a_second_visit_changes_nothing(connection: Connection) -> None:
    before = records.licences_of(connection, "person")
    records.welcome(connection, "person", NOW, NOW.date())
    assert records.licences_of(connection, "person") == before


def test_one_open_application_for_each_licence(connection: Connection) -> None:
    licence = records.licences_of(connection, "person")[0]
    assert records.begin(connection, licence, "person", "A2", NOW) == "A1"


def test_one_signing_request_for_each_document(connection: Connection) -> None:
    ready(connection)
    assert not remember(connection, "sr-0", digest="another document")
    assert remember(connection, "sr-1")
    assert not remember(connection, "sr-2")
    records.forget_signing(connection, "A1", "sr-2")
    assert not remember(connection, "sr-3"), "only the request that ended is forgotten"
    records.forget_signing(connection, "A1", "sr-1")
    assert remember(connection, "sr-4")


def test_a_move_is_made_once(connection: Connection) -> None:
    ready(connection)
    assert records.move(connection, "A1", State.READY, State.SIGNED, NOW)
    assert not records.move(connection, "A1", State.READY, State.SIGNED, NOW)
    with pytest.raises(ValueError, match="does not lead"):
        records.move(connection, "A1", State.SIGNED, State.ISSUED, NOW)


def test_answers_are_fixed_once_confirmed(connection: Connection) -> None:
    assert records.save_answers(connection, "A1", {"hkid": Answer(value="x")}, NOW)
    ready(connection)
    assert not records.save_answers(connection, "A1", {"hkid": Answer(value="y")}, NOW)


def test_money_is_taken_once(connection: Connection) -> None:
    decided.record_payment(connection, "A1", "R-1", 100, "declined", NOW)
    decided.record_payment(connection, "A1", "R-2", 100, "paid", NOW)
    with pytest.raises(IntegrityError):
        decided.record_payment(connection, "A1", "R-3", 100, "paid", NOW)


def test_a_notice_is_queued_once(connection: Connection) -> None:
    decided.queue_notice(connection, "issued:A1", "{}")
    decided.queue_notice(connection, "issued:A1", "{}")
    assert decided.unsent_notices(connection) == [("issued:A1", "{}")]
    decided.notice_sent(connection, "issued:A1", "n-1")
    assert decided.unsent_notices(connection) == []
