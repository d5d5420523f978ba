"""The register of a stand-alone authority: one SQLite file, durable at every commit."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from certs.base.errors import RegisterError
from certs.register.model import (
    CertificateStatus,
    IssuedCertificate,
    PublishedCrl,
    RevocationReason,
    check_transition,
)

_PRAGMAS: Final = (
    # name, what is set, what must come back
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("busy_timeout", "10000", 10000),
    ("trusted_schema", "OFF", 0),
)

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS certificate (
    serial BLOB PRIMARY KEY NOT NULL CHECK (length(serial) = 20),
    issuer TEXT NOT NULL,
    profile TEXT NOT NULL,
    subject TEXT NOT NULL,
    status TEXT NOT NULL
        CHECK (status IN ('applied', 'issued', 'active', 'suspended', 'revoked')),
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL CHECK (not_after > not_before),
    tbs_sha256 BLOB NOT NULL CHECK (length(tbs_sha256) = 32),
    applied_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    reason TEXT,
    der BLOB,
    CHECK (der IS NOT NULL OR status IN ('applied', 'revoked'))
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS certificate_withdrawn ON certificate (issuer, status)
    WHERE status IN ('suspended', 'revoked');
CREATE TABLE IF NOT EXISTS number (
    name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS crl (
    issuer TEXT PRIMARY KEY NOT NULL,
    number INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    this_update INTEGER NOT NULL,
    next_update INTEGER NOT NULL,
    der BLOB NOT NULL
) STRICT, WITHOUT ROWID;
"""

_COLUMNS: Final = (
    "serial, issuer, profile, subject, status, not_before, not_after, tbs_sha256,"
    " applied_at, changed_at, reason, der"
)
_INSERT: Final = f"INSERT INTO certificate ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608 - constant text
_SELECT: Final = f"SELECT {_COLUMNS} FROM certificate"  # noqa: S608 - constant text


class SqliteRegister:
    """A `Register` in one file. May be shared by the threads of one process.

    Raises `RegisterError` (`pragma_refused`) if the file cannot be as durable as it must.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._assert_pragmas()
            self._connection.executescript(_SCHEMA)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def apply(self, record: IssuedCertificate) -> None:
        """Record an application durably. Raises `RegisterError` (`serial_taken`)."""
        if record.status is not CertificateStatus.APPLIED or record.der is not None:
            raise RegisterError("not_an_application", f"{record.serial:x}")
        try:
            with self._write() as connection:
                connection.execute(_INSERT, _row(record))
        except sqlite3.IntegrityError as error:
            raise RegisterError("serial_taken", f"{record.serial:x}") from error

    def mark_issued(self, serial: int, der: bytes, now: datetime) -> bool:
        """Store the signed certificate: `applied` becomes `issued`, once."""
        with self._write() as connection:
            done = connection.execute(
                "UPDATE certificate SET status = 'issued', der = ?, changed_at = ?"
                " WHERE serial = ? AND status = 'applied'",
                (der, _seconds(now), _blob(serial)),
            )
            return done.rowcount == 1

    def mark(
        self,
        serial: int,
        from_: CertificateStatus,
        to: CertificateStatus,
        now: datetime,
        *,
        reason: RevocationReason | None = None,
    ) -> bool:
        """Change a status if it still is `from_`. Raises `RegisterError`."""
        check_transition(from_, to)
        with self._write() as connection:
            done = connection.execute(
                "UPDATE certificate SET status = ?, changed_at = ?, reason = ?"
                " WHERE serial = ? AND status = ? RETURNING issuer",
                (to, _seconds(now), reason, _blob(serial), from_),
            ).fetchall()
            if done and {from_, to} & {CertificateStatus.SUSPENDED, CertificateStatus.REVOKED}:
                _next_number(connection, f"revision {done[0][0]}")
            return len(done) == 1

    def find(self, serial: int) -> IssuedCertificate | None:
        """Find a record by serial number; one that cannot be in the register is not found."""
        if not 0 < serial < 1 << 159:
            return None
        rows = self._read(f"{_SELECT} WHERE serial = ?", (_blob(serial),))
        return _record(rows[0]) if rows else None

    def withdrawn(self, issuer: str) -> Sequence[IssuedCertificate]:
        """List suspended and revoked certificates of an issuer, by serial number."""
        rows = self._read(
            f"{_SELECT} WHERE issuer = ? AND status IN ('suspended', 'revoked') ORDER BY serial",
            (issuer,),
        )
        return [_record(row) for row in rows]

    def unsigned(self) -> Sequence[IssuedCertificate]:
        """List applications that no certificate followed."""
        return [_record(row) for row in self._read(f"{_SELECT} WHERE status = 'applied'", ())]

    def everything(self) -> Sequence[IssuedCertificate]:
        """List all records, the oldest first."""
        return [_record(row) for row in self._read(f"{_SELECT} ORDER BY applied_at, serial", ())]

    def revision(self, issuer: str) -> int:
        """Answer how often what belongs on the CRL has changed."""
        rows = self._read("SELECT value FROM number WHERE name = ?", (f"revision {issuer}",))
        return int(rows[0][0]) if rows else 0

    def next_number(self, name: str) -> int:
        """Draw the next number of a named sequence, durably."""
        with self._write() as connection:
            return _next_number(connection, name)

    def current_crl(self, issuer: str) -> PublishedCrl | None:
        """Answer the CRL that was published last."""
        rows = self._read(
            "SELECT issuer, number, revision, this_update, next_update, der FROM crl"
            " WHERE issuer = ?",
            (issuer,),
        )
        if not rows:
            return None
        name, number, revision, this_update, next_update, der = rows[0]
        return PublishedCrl(
            issuer=name,
            number=number,
            revision=revision,
            this_update=_moment(this_update),
            next_update=_moment(next_update),
            der=der,
        )

    def publish_crl(self, crl: PublishedCrl) -> bool:
        """Store a CRL if its number is higher than the stored one's."""
        with self._write() as connection:
            done = connection.execute(
                "INSERT INTO crl VALUES (?,?,?,?,?,?) ON CONFLICT (issuer) DO UPDATE SET"
                " number = excluded.number, revision = excluded.revision,"
                " this_update = excluded.this_update, next_update = excluded.next_update,"
                " der = excluded.der WHERE excluded.number > crl.number",
                (
                    crl.issuer,
                    crl.number,
                    crl.revision,
                    _seconds(crl.this_update),
                    _seconds(crl.next_update),
                    crl.der,
                ),
            )
            return done.rowcount == 1

    def _read(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _assert_pragmas(self) -> None:
        for name, value, expected in _PRAGMAS:
            self._connection.execute(f"PRAGMA {name} = {value}")
            (found,) = self._connection.execute(f"PRAGMA {name}").fetchone()
            if found != expected:
                raise RegisterError("pragma_refused", f"{name} is {found}")


def _next_number(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(
        "INSERT INTO number VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"
        " RETURNING value",
        (name,),
    ).fetchone()
    return int(value)


def _row(record: IssuedCertificate) -> tuple[object, ...]:
    return (
        _blob(record.serial),
        record.issuer,
        record.profile,
        record.subject,
        record.status,
        _seconds(record.not_before),
        _seconds(record.not_after),
        record.tbs_sha256,
        _seconds(record.applied_at),
        _seconds(record.changed_at),
        record.reason,
        record.der,
    )


def _record(row: Sequence[object]) -> IssuedCertificate:
    (
        serial, issuer, profile, subject, status, not_before, not_after, tbs_sha256,
        applied_at, changed_at, reason, der,
    ) = row  # fmt: skip
    assert isinstance(serial, bytes)
    assert isinstance(tbs_sha256, bytes)
    assert der is None or isinstance(der, bytes)
    return IssuedCertificate(
        serial=int.from_bytes(serial, "big"),
        issuer=str(issuer),
        profile=str(profile),
        subject=str(subject),
        status=CertificateStatus(str(status)),
        not_before=_moment(not_before),
        not_after=_moment(not_after),
        tbs_sha256=tbs_sha256,
        applied_at=_moment(applied_at),
        changed_at=_moment(changed_at),
        reason=None if reason is None else RevocationReason(str(reason)),
        der=der,
    )


def _blob(serial: int) -> bytes:
    return serial.to_bytes(20, "big")


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: object) -> datetime:
    assert isinstance(seconds, int)
    return datetime.fromtimestamp(seconds, UTC)
