"""Residents' signing certificates with their wrapped keys, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, LargeBinary, Row, String, Table, insert, select, update

from idp.domain.person import CertificateState, SigningCertificate
from idp.storage.database import Connection
from idp.storage.directory import people
from idp.storage.schema import Instant, metadata

signing_certificates = Table(
    "signing_certificates",
    metadata,
    Column("serial", String(40), primary_key=True),  # hexadecimal: 16 octets pass any integer
    Column("person_id", ForeignKey(people.c.person_id), nullable=False, index=True),
    Column("der", LargeBinary, nullable=False),
    Column("key_id", String(64), nullable=False, index=True),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("not_after", Instant, nullable=False),
    Column("accepted_at", Instant),
)


class SqlCertificateStore:
    """Residents' signing certificates with their wrapped keys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, certificate: SigningCertificate) -> None:
        """Keep a certificate that was issued."""
        await self._connection.execute(
            insert(signing_certificates).values(
                serial=f"{certificate.serial:x}",
                person_id=certificate.person_id,
                der=certificate.der,
                key_id=certificate.key_id,
                wrapped_key=certificate.wrapped_key,
                state=certificate.state.value,
                not_before=certificate.not_before,
                not_after=certificate.not_after,
                accepted_at=certificate.accepted_at,
            )
        )

    async def of_device(self, device_id: str) -> SigningCertificate | None:
        """The newest certificate whose key this device activates (key_id is the device_id)."""
        query = (
            select(signing_certificates)
            .where(signing_certificates.c.key_id == device_id)
            .order_by(signing_certificates.c.not_before.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _certificate(row)

    async def of_person(self, person_id: str) -> Sequence[SigningCertificate]:
        """All certificates of the resident, newest first."""
        rows = await self._connection.execute(
            select(signing_certificates)
            .where(signing_certificates.c.person_id == person_id)
            .order_by(signing_certificates.c.not_before.desc())
        )
        return [_certificate(row) for row in rows]

    async def move(
        self, serial: int, from_: CertificateState, to: CertificateState, now: datetime
    ) -> bool:
        """Change the state if it is still `from_`; False when somebody was faster."""
        values: dict[str, Any] = {"state": to.value}
        if to is CertificateState.ACCEPTED:
            values["accepted_at"] = now
        changed = await self._connection.execute(
            update(signing_certificates)
            .where(
                signing_certificates.c.serial == f"{serial:x}",
                signing_certificates.c.state == from_.value,
            )
            .values(values)
        )
        return bool(changed.rowcount == 1)


def _certificate(row: Row[Any]) -> SigningCertificate:
    return SigningCertificate(
        serial=int(row.serial, 16),
        person_id=row.person_id,
        der=row.der,
        key_id=row.key_id,
        wrapped_key=row.wrapped_key,
        state=CertificateState(row.state),
        not_before=row.not_before,
        not_after=row.not_after,
        accepted_at=row.accepted_at,
    )
