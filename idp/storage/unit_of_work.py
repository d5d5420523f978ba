"""One transaction with all stores on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from certs.base.effects import Entropy
from idp.storage.approvals import SqlApprovalStore
from idp.storage.certificates import SqlCertificateStore
from idp.storage.database import Connection, Database
from idp.storage.directory import SqlClientStore, SqlDeviceStore, SqlPeopleStore
from idp.storage.grants import SqlGrantStore
from idp.storage.notices import SqlNoticeStore
from idp.storage.records import SqlEventLog
from idp.storage.sessions import SqlSessionStore
from idp.storage.signing import SqlSigningStore


class SqlUnitOfWork:
    """The stores of one transaction, made when first asked for."""

    def __init__(self, connection: Connection, entropy: Entropy) -> None:
        self._connection = connection
        self._entropy = entropy

    @cached_property
    def clients(self) -> SqlClientStore:
        """Registered departments."""
        return SqlClientStore(self._connection)

    @cached_property
    def people(self) -> SqlPeopleStore:
        """Residents."""
        return SqlPeopleStore(self._connection)

    @cached_property
    def devices(self) -> SqlDeviceStore:
        """Bound devices."""
        return SqlDeviceStore(self._connection)

    @cached_property
    def certificates(self) -> SqlCertificateStore:
        """Signing certificates."""
        return SqlCertificateStore(self._connection)

    @cached_property
    def sessions(self) -> SqlSessionStore:
        """Sessions."""
        return SqlSessionStore(self._connection)

    @cached_property
    def approvals(self) -> SqlApprovalStore:
        """Approvals."""
        return SqlApprovalStore(self._connection)

    @cached_property
    def grants(self) -> SqlGrantStore:
        """Codes, tokens, consents."""
        return SqlGrantStore(self._connection)

    @cached_property
    def signing(self) -> SqlSigningStore:
        """Signing requests."""
        return SqlSigningStore(self._connection)

    @cached_property
    def notices(self) -> SqlNoticeStore:
        """Notices."""
        return SqlNoticeStore(self._connection)

    @cached_property
    def events(self) -> SqlEventLog:
        """The audit ledger."""
        return SqlEventLog(self._connection, self._entropy)


class SqlStorage:
    """Units of work over one database."""

    def __init__(self, database: Database, entropy: Entropy) -> None:
        self._database = database
        self._entropy = entropy

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[SqlUnitOfWork]:
        """Begin a transaction. Nothing but the database is awaited inside it."""
        async with self._database.transaction() as connection:
            yield SqlUnitOfWork(connection, self._entropy)
