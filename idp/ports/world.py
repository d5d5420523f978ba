"""What the composition root hands to flows and edges, in one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from joserfc.jwk import ECKey

from certs.authority import Authority
from certs.base.effects import Clock, Entropy
from idp.domain.approval import ApprovalKind
from idp.domain.events import Event
from idp.ports.approvals import ApprovalStore
from idp.ports.directory import CertificateStore, ClientStore, DeviceStore, PeopleStore
from idp.ports.grants import GrantStore
from idp.ports.sessions import SessionStore
from idp.ports.signing import NoticeStore, SigningStore
from idp.ports.signing_room import SigningRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """An entry of the audit ledger, as read back."""

    sequence: int
    at: datetime
    name: str
    person_id: str | None
    client_id: str | None
    payload: Mapping[str, Any]


class EventLog(Protocol):
    """The audit ledger: append and read; nothing changes or removes an entry."""

    async def record(self, event: Event, now: datetime) -> None:
        """Append an entry in this transaction."""

    async def of_person(self, person_id: str, limit: int) -> Sequence[RecordedEvent]:
        """The newest entries that concern a resident."""


class UnitOfWork(Protocol):
    """One transaction: commits when its block ends, rolls back when an exception leaves it."""

    @property
    def clients(self) -> ClientStore:
        """Departments."""

    @property
    def people(self) -> PeopleStore:
        """Residents."""

    @property
    def devices(self) -> DeviceStore:
        """Their devices."""

    @property
    def certificates(self) -> CertificateStore:
        """Their signing certificates."""

    @property
    def sessions(self) -> SessionStore:
        """Sessions of browsers and phones."""

    @property
    def approvals(self) -> ApprovalStore:
        """Approvals."""

    @property
    def grants(self) -> GrantStore:
        """Codes, tokens, consents."""

    @property
    def signing(self) -> SigningStore:
        """Signing requests."""

    @property
    def notices(self) -> NoticeStore:
        """Notices."""

    @property
    def events(self) -> EventLog:
        """The audit ledger."""


class Storage(Protocol):
    """Where units of work come from."""

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Begin a transaction. Nothing but the database is awaited inside it."""


class Keyring(Protocol):
    """Our own keys: tokens, pairwise subjects, form tokens."""

    def sign_jwt(self, typ: str, claims: Mapping[str, Any]) -> str:
        """Sign claims as a compact JWS, ES256, with the current key (RFC 7515)."""

    @property
    def verification_keys(self) -> Mapping[str, ECKey]:
        """Our public keys by `kid`, to check what we signed when it comes back."""

    def public_jwks(self) -> Mapping[str, Any]:
        """The JWK Set to publish."""

    @property
    def pairwise_key(self) -> bytes:
        """Key of the pairwise subject function (OIDC Core §8.1)."""

    @property
    def form_key(self) -> bytes:
        """Key of the form tokens (CSRF)."""


class Wake(Protocol):
    """Tells waiting pages that something changed. May lose messages: pages also look again."""

    def notify(self, topic: str) -> None:
        """Wake whoever waits for the topic."""

    async def wait(self, topic: str, at_most: timedelta) -> None:
        """Return when the topic was notified, or at the latest after `at_most`."""


class Outbound(Protocol):
    """The one way out: requests to registered departments."""

    async def post_form(self, url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        """POST a form; returns status and body (at most 64 KiB). Raises OSError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Lifetimes and limits; checked once at start."""

    issuer: str
    rp_id: str  # of passkeys: the host of the issuer
    request_uri_lifetime: timedelta = timedelta(seconds=90)  # FAPI 2.0: 5 s < t < 600 s
    code_lifetime: timedelta = timedelta(seconds=60)
    access_token_lifetime: timedelta = timedelta(minutes=5)
    refresh_token_lifetime: timedelta = timedelta(hours=12)
    session_lifetime: timedelta = timedelta(hours=12)
    session_idle: timedelta = timedelta(minutes=30)
    recent_login: timedelta = timedelta(minutes=10)  # older ones do not change a certificate
    phone_session_lifetime: timedelta = timedelta(days=30)
    approval_lifetime: timedelta = timedelta(minutes=5)
    approval_pickup: timedelta = timedelta(minutes=2)  # from the phone's yes to the browser
    qr_step: timedelta = timedelta(seconds=10)
    qr_step_signing: timedelta = timedelta(seconds=3)  # a relayed picture has less time
    signing_request_lifetime: timedelta = timedelta(minutes=30)
    max_document_bytes: int = 20 * 1024 * 1024
    max_document_pages: int = 60  # every page is shown as a picture on both screens
    demonstration: bool = True  # demo residents may be bound by two clicks
    loopback_outbound: bool = False  # demonstration and tests only

    def qr_step_of(self, kind: ApprovalKind) -> timedelta:
        """How long one picture of the QR code is the current one; it works for one step more."""
        return self.qr_step_signing if kind is ApprovalKind.SIGN else self.qr_step


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything a flow may reach."""

    policy: Policy
    clock: Clock
    entropy: Entropy
    storage: Storage
    keyring: Keyring
    authority: Authority
    signing_room: SigningRoom
    wake: Wake
    outbound: Outbound
