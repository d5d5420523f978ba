"""Whom we know: departments, residents, devices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from idp.domain.client import Client
from idp.domain.person import CertificateState, Device, Person, SigningCertificate


class ClientStore(Protocol):
    """Registered departments."""

    async def put(self, client: Client) -> None:
        """Register, or replace the registration."""

    async def get(self, client_id: str) -> Client | None:
        """Find a department."""

    async def all(self) -> Sequence[Client]:
        """All departments, by client_id."""


class PeopleStore(Protocol):
    """Residents and their data."""

    async def put(self, person: Person) -> None:
        """Open an account or replace its data."""

    async def get(self, person_id: str) -> Person | None:
        """Find a resident."""

    async def all(self) -> Sequence[Person]:
        """All residents, in the order they were added (the demonstration's picker)."""


class DeviceStore(Protocol):
    """Bound devices, by the credential of their passkey."""

    async def add(self, device: Device) -> None:
        """Bind a device."""

    async def get(self, device_id: str) -> Device | None:
        """Find a device, removed ones included."""

    async def by_credential(self, credential_id: bytes) -> Device | None:
        """Find the device that holds this passkey, unless it was removed."""

    async def of_person(self, person_id: str) -> Sequence[Device]:
        """The resident's devices that were not removed."""

    async def used(self, device_id: str, sign_count: int, now: datetime) -> None:
        """Record a use and the authenticator's counter."""

    async def remove(self, device_id: str, now: datetime) -> bool:
        """Remove a device; False when it was removed already."""


class CertificateStore(Protocol):
    """Residents' signing certificates with their wrapped keys."""

    async def add(self, certificate: SigningCertificate) -> None:
        """Keep a certificate that was issued."""

    async def of_device(self, device_id: str) -> SigningCertificate | None:
        """The newest certificate whose key this device activates (key_id is the device_id)."""

    async def of_person(self, person_id: str) -> Sequence[SigningCertificate]:
        """All certificates of the resident, newest first."""

    async def move(
        self, serial: int, from_: CertificateState, to: CertificateState, now: datetime
    ) -> bool:
        """Change the state if it is still `from_`; False when somebody was faster."""
