"""Signing requests with their documents, and the notices that go out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from idp.domain.notice import Notice
from idp.domain.signing import SigningRequest, SigningState


class SigningStore(Protocol):
    """Signing requests; their documents; the activation that waits to be carried out."""

    async def add(self, request: SigningRequest, document: bytes) -> None:
        """Keep a request and its document."""

    async def get(self, signing_request_id: str) -> SigningRequest | None:
        """Find a request."""

    async def document(self, signing_request_id: str) -> bytes | None:
        """The document as received."""

    async def bind_approval(self, signing_request_id: str, approval_id: str) -> bool:
        """Tie the request to its one approval; False when it has one already."""

    async def approve(
        self, signing_request_id: str, activation: str, serial: int, now: datetime
    ) -> bool:
        """REQUESTED → APPROVED with the activation (JSON) stored: pending work. Once."""

    async def pending(self) -> Sequence[tuple[SigningRequest, str, int]]:
        """Approved requests whose activation nobody took yet: (request, activation, serial)."""

    async def activation(self, signing_request_id: str) -> tuple[str, int] | None:
        """The stored activation and the certificate's serial; None before approval."""

    async def interrupted(self, consumed_before: datetime) -> Sequence[SigningRequest]:
        """Approved requests whose activation was taken before then, without a signature since."""

    async def consume_activation(self, signing_request_id: str, now: datetime) -> bool:
        """Take the activation to open the key with it: True once, ever."""

    async def finish(self, signing_request_id: str, signed: bytes, now: datetime) -> bool:
        """APPROVED → SIGNED with the finished document. Once."""

    async def refuse(
        self, signing_request_id: str, to: SigningState, failure: str, now: datetime
    ) -> bool:
        """REQUESTED (or APPROVED) → REFUSED or EXPIRED, with the reason."""

    async def signed_document(self, signing_request_id: str) -> bytes | None:
        """The finished document."""

    async def of_person(self, person_id: str) -> Sequence[SigningRequest]:
        """The resident's requests, newest first."""


class NoticeStore(Protocol):
    """Notices taken in from departments, relayed to the resident's inbox."""

    async def add(self, notice: Notice) -> bool:
        """Keep a notice: it is sent from here on, and pending for delivery.

        False when its originator used its reference before.
        """

    async def by_reference(self, client_id: str, reference: str) -> Notice | None:
        """Find the notice that the originator gave this key."""

    async def get(self, notice_id: str) -> Notice | None:
        """Find a notice."""

    async def pending(self, now: datetime) -> Sequence[Notice]:
        """Notices that no inbox has received yet and whose next attempt is due, oldest first."""

    async def postpone(self, notice_id: str, until: datetime) -> None:
        """Try again later."""

    async def received(self, notice_id: str, at: datetime) -> bool:
        """Record that the inbox took it in; False when it had before."""

    async def known(self, notice_id: str, at: datetime) -> bool:
        """Record that the citizen opened it; False when they had before."""
