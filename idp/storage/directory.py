"""Departments, residents and their devices, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

from idp.domain.client import Capability, Client, ClientProfile
from idp.domain.person import Attribute, Device, Person, Source
from idp.storage.database import Connection
from idp.storage.schema import Instant, metadata

clients = Table(
    "clients",
    metadata,
    Column("client_id", String(128), primary_key=True),
    Column("registration", JSON, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("person_id", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("note", String(200), nullable=False),
    Column("certificate_problem", String(32)),
)

devices = Table(
    "devices",
    metadata,
    Column("device_id", String(64), primary_key=True),
    Column("person_id", ForeignKey(people.c.person_id), nullable=False, index=True),
    Column("credential_id", LargeBinary(1023), nullable=False, unique=True),  # WebAuthn §5.1
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("backed_up", Boolean, nullable=False),
    Column("nickname", String(100), nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("last_used_at", Instant, nullable=False),
    Column("removed_at", Instant),
)


class SqlClientStore:
    """Registered departments."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, client: Client) -> None:
        """Register, or replace the registration."""
        registration = _client_to_json(client)
        changed = await self._connection.execute(
            update(clients)
            .where(clients.c.client_id == client.client_id)
            .values(registration=registration)
        )
        if changed.rowcount == 0:
            await self._connection.execute(
                insert(clients).values(client_id=client.client_id, registration=registration)
            )

    async def get(self, client_id: str) -> Client | None:
        """Find a department."""
        query = select(clients.c.registration).where(clients.c.client_id == client_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _client_from_json(client_id, row.registration)

    async def all(self) -> Sequence[Client]:
        """All departments, by client_id."""
        rows = await self._connection.execute(select(clients).order_by(clients.c.client_id))
        return [_client_from_json(row.client_id, row.registration) for row in rows]


class SqlPeopleStore:
    """Residents and their data."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, person: Person) -> None:
        """Open an account or replace its data; its place in the list stays."""
        values: dict[str, Any] = {
            "attributes": [_attribute_to_json(a) for a in person.attributes],
            "note": person.note,
            "certificate_problem": person.certificate_problem,
        }
        changed = await self._connection.execute(
            update(people).where(people.c.person_id == person.person_id).values(values)
        )
        if changed.rowcount == 0:
            last = select(func.coalesce(func.max(people.c.position), 0)).scalar_subquery()
            await self._connection.execute(
                insert(people).values(person_id=person.person_id, position=last + 1, **values)
            )

    async def get(self, person_id: str) -> Person | None:
        """Find a resident."""
        query = select(people).where(people.c.person_id == person_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _person(row)

    async def all(self) -> Sequence[Person]:
        """All residents, in the order they were added."""
        rows = await self._connection.execute(select(people).order_by(people.c.position))
        return [_person(row) for row in rows]


class SqlDeviceStore:
    """Bound devices, by the credential of their passkey."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, device: Device) -> None:
        """Bind a device."""
        names = Device.__dataclass_fields__
        await self._connection.execute(
            insert(devices).values({name: getattr(device, name) for name in names})
        )

    async def get(self, device_id: str) -> Device | None:
        """Find a device, removed ones included."""
        query = select(devices).where(devices.c.device_id == device_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else Device(**row._mapping)  # noqa: SLF001  its public name

    async def by_credential(self, credential_id: bytes) -> Device | None:
        """Find the device that holds this passkey, unless it was removed."""
        query = select(devices).where(
            devices.c.credential_id == credential_id, devices.c.removed_at.is_(None)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else Device(**row._mapping)  # noqa: SLF001

    async def of_person(self, person_id: str) -> Sequence[Device]:
        """The resident's devices that were not removed, oldest first."""
        rows = await self._connection.execute(
            select(devices)
            .where(devices.c.person_id == person_id, devices.c.removed_at.is_(None))
            .order_by(devices.c.added_at, devices.c.device_id)
        )
        return [Device(**row._mapping) for row in rows]  # noqa: SLF001

    async def used(self, device_id: str, sign_count: int, now: datetime) -> None:
        """Record a use and the authenticator's counter."""
        await self._connection.execute(
            update(devices)
            .where(devices.c.device_id == device_id)
            .values(sign_count=sign_count, last_used_at=now)
        )

    async def remove(self, device_id: str, now: datetime) -> bool:
        """Remove a device; False when it was removed already."""
        changed = await self._connection.execute(
            update(devices)
            .where(devices.c.device_id == device_id, devices.c.removed_at.is_(None))
            .values(removed_at=now)
        )
        return bool(changed.rowcount == 1)


def _client_to_json(client: Client) -> dict[str, Any]:
    return {
        "client_name": dict(client.client_name),
        "host": client.host,
        "redirect_uris": list(client.redirect_uris),
        "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
        "signing_redirect_uris": list(client.signing_redirect_uris),
        "jwks": dict(client.jwks),
        "profile": client.profile.value,
        "scopes": sorted(client.scopes),
        "sector_identifier": client.sector_identifier,
        "capabilities": sorted(c.value for c in client.capabilities),
        "government": client.government,
        "notice_uri": client.notice_uri,
    }


def _client_from_json(client_id: str, stored: dict[str, Any]) -> Client:
    return Client(
        client_id=client_id,
        client_name=stored["client_name"],
        host=stored["host"],
        redirect_uris=tuple(stored["redirect_uris"]),
        post_logout_redirect_uris=tuple(stored["post_logout_redirect_uris"]),
        signing_redirect_uris=tuple(stored["signing_redirect_uris"]),
        jwks=stored["jwks"],
        profile=ClientProfile(stored["profile"]),
        scopes=frozenset(stored["scopes"]),
        sector_identifier=stored["sector_identifier"],
        capabilities=frozenset(Capability(c) for c in stored["capabilities"]),
        government=stored["government"],
        notice_uri=stored["notice_uri"],
    )


def _attribute_to_json(attribute: Attribute) -> dict[str, str]:
    return {
        "claim": attribute.claim,
        "value": attribute.value,
        "source": attribute.source.value,
        "as_of": attribute.as_of.isoformat(),
    }


def _person(row: Row[Any]) -> Person:
    return Person(
        person_id=row.person_id,
        attributes=tuple(
            Attribute(
                claim=stored["claim"],
                value=stored["value"],
                source=Source(stored["source"]),
                as_of=date.fromisoformat(stored["as_of"]),
            )
            for stored in row.attributes
        ),
        note=row.note,
        certificate_problem=row.certificate_problem,
    )
