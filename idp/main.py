"""The composition root: settings → world → application. `uvicorn --factory idp.main:create_app`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from fastapi import FastAPI

from certs.authority import Authority
from certs.base.effects import system_clock, system_entropy
from certs.base.files import read_private
from idp.flows import pending
from idp.keyring import ensure_keyring
from idp.outbound import GuardedOutbound
from idp.ports.world import World
from idp.settings import Settings
from idp.signing_room import SigningRoomProcess
from idp.storage.database import PostgresDatabase, SqliteDatabase, open_database
from idp.storage.migrations import check_migrated
from idp.storage.unit_of_work import SqlStorage
from idp.wake import LocalWake, RedisWake
from idp.web import app as web

WRAPPING_KEY: Final = "signing-room.kek"


class Composition:
    """The world and what must be closed with it."""

    def __init__(self, settings: Settings) -> None:
        """Open everything that can be opened without an event loop.

        Raises what the parts raise: a missing ceremony, an unreadable key, a PRAGMA not taken.
        """
        policy = settings.policy()
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.database: SqliteDatabase | PostgresDatabase = open_database(settings.database)
        self.authority = Authority.open(
            settings.pki,
            read_private(settings.pki_passphrase_file).strip(),
            clock=system_clock,
            entropy=system_entropy,
        )
        self.signing_room = SigningRoomProcess(
            settings.data / WRAPPING_KEY, rp_id=policy.rp_id, origin=policy.issuer
        )
        self.wake: LocalWake | RedisWake = (
            RedisWake(settings.redis_url) if settings.redis_url else LocalWake()
        )
        self.outbound = GuardedOutbound(loopback=policy.loopback_outbound)
        self.world = World(
            policy=policy,
            clock=system_clock,
            entropy=system_entropy,
            storage=SqlStorage(self.database, system_entropy),
            keyring=ensure_keyring(settings.keyring, system_clock(), system_entropy),
            authority=self.authority,
            signing_room=self.signing_room,
            wake=self.wake,
            outbound=self.outbound,
        )

    async def start(self) -> None:
        """Start what needs an event loop; refuse a database that was not migrated."""
        async with self.database.transaction() as connection:
            await check_migrated(connection)
        await self.signing_room.start()
        if isinstance(self.wake, RedisWake):
            await self.wake.start()

    async def close(self) -> None:
        """Close in the reverse order."""
        if isinstance(self.wake, RedisWake):
            await self.wake.close()
        await self.outbound.close()
        await self.signing_room.close()
        self.authority.close()
        await self.database.close()


def create_app() -> FastAPI:
    """Build the application from the environment."""
    configure_log()
    return compose(Settings())


def configure_log() -> None:
    """Write the log as JSON, a line for each entry.

    Said here because the library's own default prints the local variables of every frame of a
    failure: cookies, codes and people's data with them.
    """
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(frames),
            structlog.processors.JSONRenderer(),
        ]
    )


def compose(settings: Settings) -> FastAPI:
    """Build the application of these settings."""
    parts = Composition(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await parts.start()
        working = asyncio.create_task(pending.run(parts.world))
        try:
            yield
        finally:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working
            await parts.close()

    return web.create_app(parts.world, lifespan=lifespan)
