"""A real identity provider for tests: real authority, database, keys and application, no network.

The ceremony is held once for each test process and the schema is migrated once; each test gets
its own database, its own clock and, if it asks, its own signing room process.
"""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from certs.authority import Authority
from certs.base.effects import system_entropy
from certs.issuance.ceremony import CeremonySettings, hold
from house.browsing import Browser
from house.citizen import Citizen
from house.department import Department
from idp.identity import demo
from idp.keyring import make_keyring
from idp.outbound import GuardedOutbound
from idp.ports.world import Policy, World
from idp.signing_room import SigningRoomProcess
from idp.storage.database import PostgresDatabase, SqliteDatabase, open_database
from idp.storage.migrations import migrate
from idp.storage.unit_of_work import SqlStorage
from idp.wake import LocalWake
from idp.web.app import create_app

ISSUER = "http://id.localhost:8200"
PASSPHRASE = b"a passphrase for tests alone"
BEGIN = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

Database = SqliteDatabase | PostgresDatabase


@dataclass(slots=True)
class Watch:
    """A clock that goes on only when it is told to."""

    at: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **parts: float) -> None:
        """Go on by a timedelta's parts: `advance(seconds=61)`."""
        self.at += timedelta(**parts)


@dataclass(slots=True)
class Idp:
    """The provider under test, and the people and departments around it."""

    world: World
    app: FastAPI
    watch: Watch
    departments: dict[str, Department] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        """Its issuer identifier."""
        return self.world.policy.issuer

    def browser(self) -> Browser:
        """Open a browser that has never been here."""
        return Browser(self.app, self.issuer)

    async def department(self, client_id: str = "licensing", **registration: object) -> Department:
        """Register a department with a key of its own."""
        made = Department.found(client_id, self.issuer, self.watch, **registration)
        async with self.world.storage.unit_of_work() as work:
            await work.clients.put(made.client)
        self.departments[client_id] = made
        return made

    async def citizen(self, person_id: str | None = None) -> Citizen:
        """Bind a software passkey as the phone of a demo resident (the first by default)."""
        return await Citizen.bind(person_id or self.residents()[0], self.world)

    def residents(self) -> list[str]:
        """The demo residents' ids."""
        return [p.person_id for p in demo.read_residents(demo.DATA.read_text(encoding="utf-8"))]

    async def events(self, name: str) -> list[dict[str, object]]:
        """The ledger's entries of one kind, oldest first."""
        from sqlalchemy import select

        from idp.storage.records import ledger_entries

        async with self.world.storage.unit_of_work() as work:
            connection = work._connection  # type: ignore[attr-defined]
            rows = await connection.execute(
                select(ledger_entries)
                .where(ledger_entries.c.name == name)
                .order_by(ledger_entries.c.sequence)
            )
            return [dict(row.payload) for row in rows]


@pytest.fixture(scope="session")
def pki_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority founded by a real ceremony; copy it before you revoke anything."""
    folder = tmp_path_factory.mktemp("pki") / "pki"
    settings = CeremonySettings(
        base_url=f"{ISSUER}/pki", seals=(("licensing", "Licensing Services"),)
    )
    hold(folder, PASSPHRASE, settings, clock=lambda: BEGIN, entropy=system_entropy)
    return folder


@pytest.fixture(scope="session")
def authority(pki_folder: Path) -> Iterator[Authority]:
    """The authority, opened once, at a clock that stands still."""
    opened = Authority.open(pki_folder, PASSPHRASE, clock=lambda: BEGIN, entropy=system_entropy)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database at the newest revision, to be copied."""
    import asyncio

    path = tmp_path_factory.mktemp("database") / "migrated.sqlite3"

    async def make() -> None:
        database = open_database(f"sqlite:///{path}")
        await migrate(database)
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def make_idp(
    tmp_path: Path, authority: Authority, migrated_file: Path
) -> AsyncIterator[Callable[..., object]]:
    """Build a provider over a database (`url`); by default a fresh SQLite file."""
    closing: list[Callable[[], object]] = []

    async def make(url: str | None = None, **policy: object) -> Idp:
        if url is None:
            file = tmp_path / f"idp{len(closing)}.sqlite3"
            shutil.copy(migrated_file, file)
            url = f"sqlite:///{file}"
        database = open_database(url)
        if isinstance(database, PostgresDatabase):
            await migrate(database)
        return await _build(database, tmp_path, authority, closing, policy)

    yield make
    for close in reversed(closing):
        await close()  # type: ignore[misc]


@pytest.fixture
async def idp(make_idp: Callable[..., object]) -> Idp:
    """A provider with the demo residents, on SQLite."""
    made: Idp = await make_idp()  # type: ignore[misc]
    return made


async def _build(
    database: Database,
    folder: Path,
    authority: Authority,
    closing: list[Callable[[], object]],
    policy_changes: dict[str, object],
) -> Idp:
    watch = Watch()
    policy = Policy(
        issuer=ISSUER,
        rp_id="id.localhost",
        loopback_outbound=True,
        **policy_changes,  # type: ignore[arg-type]
    )
    room = SigningRoomProcess(folder / "signing-room.kek", rp_id=policy.rp_id, origin=ISSUER)
    outbound = GuardedOutbound(loopback=True)
    storage = SqlStorage(database, system_entropy)
    world = World(
        policy=policy,
        clock=watch,
        entropy=system_entropy,
        storage=storage,
        keyring=make_keyring(watch(), system_entropy),
        authority=authority,
        signing_room=room,
        wake=LocalWake(),
        outbound=outbound,
    )
    closing += [database.close, room.close, outbound.close]
    async with storage.unit_of_work() as work:
        for person in demo.read_residents(demo.DATA.read_text(encoding="utf-8")):
            await work.people.put(person)
    return Idp(world=world, app=create_app(world), watch=watch)
