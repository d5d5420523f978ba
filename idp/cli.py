"""The operator's commands: migrate, seed, register a department, rotate keys, check the ledger."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from certs.base.effects import system_clock, system_entropy
from idp.domain.errors import IdpError
from idp.domain.events import ClientRegistered, PersonAdded
from idp.identity import demo
from idp.keyring import ensure_keyring
from idp.protocol.client.registration import read_registration
from idp.protocol.jose.strict_json import AmbiguousJson, read_object
from idp.settings import Settings
from idp.storage.database import PostgresDatabase, SqliteDatabase, open_database
from idp.storage.ledger_check import LedgerReport, check_ledger
from idp.storage.migrations import migrate as migrate_database
from idp.storage.unit_of_work import SqlStorage

app = typer.Typer(
    name="idp",
    help="The identity provider: database, departments, keys, ledger.",
    no_args_is_help=True,
    add_completion=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON on standard output.")]
_T = TypeVar("_T")


@app.command()
def migrate(*, as_json: AsJson = False) -> None:
    """Take the database to the newest schema; safe to repeat."""
    database = _database()
    asyncio.run(_closing(database, migrate_database(database)))
    _say({"migrated": True}, "The database is ready.", as_json=as_json)


@app.command()
def seed(*, as_json: AsJson = False) -> None:
    """Put the synthetic residents of the demonstration into the database; safe to repeat."""
    settings = Settings()
    if not settings.demonstration:
        raise typer.BadParameter("there are no demo residents outside the demonstration")
    database = open_database(settings.database)
    count = asyncio.run(_closing(database, _seed(database, system_clock())))
    _say({"residents": count}, f"{count} residents are in the database.", as_json=as_json)


@app.command("register-client")
def register_client(
    file: Annotated[Path, typer.Argument(help="The department's registration.json.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Register a department, or replace its registration; safe to repeat."""
    settings = Settings()
    try:
        document = read_object(file.read_bytes())
        client = read_registration(document, http_allowed=not settings.production)
    except (OSError, AmbiguousJson, IdpError) as error:
        typer.echo(f"{file} was refused: {error}", err=True)
        raise typer.Exit(1) from error
    database = open_database(settings.database)

    async def put() -> None:
        storage = SqlStorage(database, system_entropy)
        async with storage.unit_of_work() as work:
            if await work.clients.get(client.client_id) != client:
                await work.clients.put(client)
                event = ClientRegistered(client_id=client.client_id)
                await work.events.record(event, system_clock())

    asyncio.run(_closing(database, put()))
    text = f"{client.client_name['en']} is registered as {client.client_id}."
    _say({"client_id": client.client_id}, text, as_json=as_json)


@app.command("rotate-keys")
def rotate_keys(*, as_json: AsJson = False) -> None:
    """Take one step of a token key rotation: show the next key, then (later) sign with it.

    Run it once, wait until every department has fetched the key set, start the service again,
    and run it once more.
    """
    settings = Settings()
    now = system_clock()
    keyring = ensure_keyring(settings.keyring, now, system_entropy).rotated(now, system_entropy)
    keyring.save(settings.keyring)
    kids = [key["kid"] for key in keyring.public_jwks()["keys"]]
    _say({"kids": kids}, "Published keys: " + ", ".join(kids), as_json=as_json)


@app.command("verify-ledger")
def verify_ledger(*, as_json: AsJson = False) -> None:
    """Recompute the audit tree from its entries; exit 1 if it differs from the head."""
    database = _database()

    async def check() -> LedgerReport:
        async with database.transaction() as connection:
            return await check_ledger(connection)

    report = asyncio.run(_closing(database, check()))
    text = f"{report.size} entries, root {report.root}: " + (report.problem or "the ledger holds")
    _say(report.as_json(), text, as_json=as_json)
    if report.problem is not None:
        raise typer.Exit(1)


async def _seed(database: SqliteDatabase | PostgresDatabase, now: datetime) -> int:
    residents = demo.read_residents(demo.DATA.read_text(encoding="utf-8"))
    async with SqlStorage(database, system_entropy).unit_of_work() as work:
        for person in residents:
            if await work.people.get(person.person_id) is None:
                await work.people.put(person)
                await work.events.record(PersonAdded(person_id=person.person_id), now)
    return len(residents)


def _database() -> SqliteDatabase | PostgresDatabase:
    settings = Settings()
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return open_database(settings.database)


async def _closing(
    database: SqliteDatabase | PostgresDatabase, work: Coroutine[Any, Any, _T]
) -> _T:
    try:
        return await work
    finally:
        await database.close()


def _say(document: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Answer on standard output as JSON, or to the person on standard error."""
    if as_json:
        sys.stdout.write(json.dumps(document) + "\n")
    else:
        typer.echo(text, err=True)
