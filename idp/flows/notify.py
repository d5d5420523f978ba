"""Tell: a department's notice, relayed to the resident's inbox, with the three times of s. 19.

*Sent* is when we, outside the department's control, have accepted it. *Received* is when the
inbox that the resident designated has accepted it. *Known* is when the resident opened it.
Delivery is at least once; the inbox tells doubles apart by `jti`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from idp.domain.client import Capability, Client
from idp.domain.errors import ErrorCode, ProtocolError
from idp.domain.events import NoticeAccepted, NoticeKnown, NoticeReceived
from idp.domain.notice import Notice
from idp.domain.values import base64url
from idp.ports.world import UnitOfWork, World
from idp.protocol.subject import pairwise_subject
from idp.signing.notice import NoticeForm

TOKEN_TYPE: Final = "notice+jwt"  # noqa: S105 - a media type
_FIRST_RETRY: Final = timedelta(seconds=5)
_LONGEST_RETRY: Final = timedelta(minutes=10)


async def accept(client: Client, form: NoticeForm, world: World, now: datetime) -> Notice:
    """Take a notice in: from here on it is sent. The same reference gives the same notice.

    Raises ProtocolError (`invalid_request`: subject_unknown).
    """
    async with world.storage.unit_of_work() as work:
        person_id = await work.grants.person_of_subject(client.sector_identifier, form.sub)
        if person_id is None:
            raise ProtocolError(ErrorCode.INVALID_REQUEST, "subject_unknown")
        if form.reference is not None:
            before = await work.notices.by_reference(client.client_id, form.reference)
            if before is not None:
                return _same(before, form, person_id)
        notice = Notice(
            notice_id=base64url(world.entropy(18)),
            client_id=client.client_id,
            person_id=person_id,
            category=form.category,
            subject=form.subject,
            body=form.body,
            action_url=form.action_url,
            deadline=form.deadline,
            reference=form.reference,
            sent_at=now,
        )
        if not await work.notices.add(notice):
            raise ProtocolError(ErrorCode.TEMPORARILY_UNAVAILABLE, "reference_in_use_just_now")
        event = NoticeAccepted(
            person_id=person_id, client_id=client.client_id, notice_id=notice.notice_id
        )
        await work.events.record(event, now)
    return notice


def _same(before: Notice, form: NoticeForm, person_id: str) -> Notice:
    """A reference sent again gets its first answer, if it says the same to the same person (I9).

    Raises ProtocolError (`invalid_request`: reference_reused): else the second notice would be
    taken for sent.
    """
    said = (before.person_id, before.category, dict(before.subject), dict(before.body))
    says = (person_id, form.category, dict(form.subject), dict(form.body))
    addressed = (before.action_url, before.deadline) == (form.action_url, form.deadline)
    if said != says or not addressed:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "reference_reused")
    return before


async def relay(notice_id: str, world: World) -> None:
    """Hand one notice to the inbox; where that fails it is tried again later. Never raises."""
    async with world.storage.unit_of_work() as work:
        notice = await work.notices.get(notice_id)
    if notice is not None and notice.received_at is None:
        await _relay(notice, world)


async def relay_due(world: World) -> None:
    """Hand over what is due."""
    async with world.storage.unit_of_work() as work:
        due = await work.notices.pending(world.clock())
    for notice in due:
        await _relay(notice, world)


async def status(client: Client, notice_id: str, world: World) -> Notice:
    """Tell the originator how its notice stands. Raises ProtocolError (`not_found`)."""
    async with world.storage.unit_of_work() as work:
        notice = await work.notices.get(notice_id)
    if notice is None or notice.client_id != client.client_id:
        raise ProtocolError(ErrorCode.NOT_FOUND, "notice_not_found")
    return notice


async def known(
    client: Client, notice_id: str, at: datetime, world: World, now: datetime
) -> Notice:
    """Take down, from the inbox, that the resident has opened a notice; the first time counts.

    Raises ProtocolError (`unauthorized_client`, `not_found`, `invalid_request`: known_at_wrong).
    """
    if not client.may(Capability.INBOX):
        raise ProtocolError(ErrorCode.UNAUTHORIZED_CLIENT, "client_is_no_inbox")
    async with world.storage.unit_of_work() as work:
        notice = await work.notices.get(notice_id)
        if notice is None:
            raise ProtocolError(ErrorCode.NOT_FOUND, "notice_not_found")
        if not notice.sent_at <= at <= now + timedelta(minutes=1):
            raise ProtocolError(ErrorCode.INVALID_REQUEST, "known_at_wrong")
        await _record_received(work, notice, min(at, now), now)
        if await work.notices.known(notice_id, at):
            event = NoticeKnown(
                person_id=notice.person_id, client_id=notice.client_id, notice_id=notice_id
            )
            await work.events.record(event, now)
        found = await work.notices.get(notice_id)
    assert found is not None
    return found


async def _relay(notice: Notice, world: World) -> None:
    now = world.clock()
    async with world.storage.unit_of_work() as work:
        sender = await work.clients.get(notice.client_id)
        inbox = next((c for c in await work.clients.all() if _is_inbox(c)), None)
        # Postponed first: a crash while the inbox answers is a later try, not a tight loop.
        age = now - notice.sent_at
        later = now + min(max(age, _FIRST_RETRY), _LONGEST_RETRY)
        await work.notices.postpone(notice.notice_id, later)
    if sender is None or inbox is None or inbox.notice_uri is None:
        return
    token = world.keyring.sign_jwt(TOKEN_TYPE, _claims(notice, sender, inbox, world, now))
    try:
        answer, _ = await world.outbound.post_form(inbox.notice_uri, {"notice": token})
    except OSError:
        return
    if answer not in {200, 202}:
        return
    received_at = world.clock()
    async with world.storage.unit_of_work() as work:
        await _record_received(work, notice, received_at, received_at)


async def _record_received(work: UnitOfWork, notice: Notice, at: datetime, now: datetime) -> None:
    if await work.notices.received(notice.notice_id, at):
        event = NoticeReceived(
            person_id=notice.person_id, client_id=notice.client_id, notice_id=notice.notice_id
        )
        await work.events.record(event, now)


def _is_inbox(client: Client) -> bool:
    return client.may(Capability.INBOX) and client.notice_uri is not None


def _claims(
    notice: Notice, sender: Client, inbox: Client, world: World, now: datetime
) -> dict[str, Any]:
    subject = pairwise_subject(
        world.keyring.pairwise_key, inbox.sector_identifier, notice.person_id
    )
    return {
        "iss": world.policy.issuer,
        "aud": inbox.client_id,
        "iat": int(now.timestamp()),
        "jti": notice.notice_id,
        "sub": subject,
        "from": {"client_id": sender.client_id, "name": dict(sender.client_name)},
        "notice": {
            "category": notice.category,
            "subject": dict(notice.subject),
            "body": dict(notice.body),
            "action_url": notice.action_url,
            "deadline": notice.deadline,
            "sent_at": notice.sent_at.isoformat(),
        },
    }
