"""The approval store: one claim, one outcome, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from house.world import Idp
from idp.domain.approval import (
    TRANSITIONS,
    Approval,
    ApprovalKind,
    ApprovalState,
    ClaimRequest,
    CodeMode,
)

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
END = NOW + timedelta(minutes=5)
APPROVAL = Approval(
    approval_id="approval",
    kind=ApprovalKind.SIGN,
    state=ApprovalState.WAITING,
    client_id="licensing",
    purpose="續領車輛牌照",
    asked_from="Chrome on Windows",
    browser_digest=b"b" * 32,
    claims=(
        ClaimRequest(claim="hkid", essential=True),
        ClaimRequest(claim="email", essential=False),
    ),
    authorization_id="authorization",
    signing_request_id="signing",
    document_digest="ab" * 32,
    nonce=b"n" * 32,
    code="0007",
    code_mode=CodeMode.CHOOSE,
    qr_handle="HANDLE",
    qr_secret=b"s" * 32,
    typed_code_digest=b"t" * 32,
    created_at=NOW,
    expires_at=END,
)

MakeIdp = Callable[..., Awaitable[Idp]]


@pytest.fixture(params=["sqlite", "postgresql"])
async def idp(request: pytest.FixtureRequest, make_idp: MakeIdp) -> Idp:
    if request.param == "sqlite":
        return await make_idp()
    return await make_idp(request.getfixturevalue("postgres_url"))


async def keep(idp: Idp, *approvals: Approval) -> None:
    async with idp.world.storage.unit_of_work() as work:
        for approval in approvals:
            await work.approvals.add(approval)


async def claim(idp: Idp, device: str, person: str = "tai-man", now: datetime = NOW) -> bool:
    async with idp.world.storage.unit_of_work() as work:
        return await work.approvals.claim("approval", person_id=person, device_id=device, now=now)


async def decide(
    idp: Idp, from_: ApprovalState, to: ApprovalState, now: datetime = NOW, *released: str
) -> bool:
    async with idp.world.storage.unit_of_work() as work:
        return await work.approvals.decide(
            "approval", from_=from_, to=to, now=now, released=released
        )


async def found(idp: Idp) -> Approval:
    async with idp.world.storage.unit_of_work() as work:
        approval = await work.approvals.get("approval")
    assert approval is not None
    return approval


async def test_an_approval_comes_back_as_it_was_kept(idp: Idp) -> None:
    await keep(idp, APPROVAL)

    assert await found(idp) == APPROVAL
    async with idp.world.storage.unit_of_work() as work:
        assert await work.approvals.by_qr_handle("HANDLE") == APPROVAL
        assert await work.approvals.get("another") is None
        assert await work.approvals.by_qr_handle("ANOTHER") is None


async def test_the_first_claim_wins(idp: Idp) -> None:
    await keep(idp, APPROVAL)

    assert await claim(idp, "phone-1")
    assert not await claim(idp, "phone-2")
    assert not await claim(idp, "phone-1")
    claimed = await found(idp)
    assert (claimed.state, claimed.person_id, claimed.device_id) == (
        ApprovalState.CLAIMED,
        "tai-man",
        "phone-1",
    )


async def test_fifty_phones_claim_at_once_and_one_has_it(idp: Idp) -> None:
    await keep(idp, APPROVAL)

    won = await asyncio.gather(*(claim(idp, f"phone-{n}") for n in range(50)))

    assert won.count(True) == 1
    assert (await found(idp)).device_id == f"phone-{won.index(True)}"


async def test_nobody_claims_what_is_meant_for_another_or_has_expired(idp: Idp) -> None:
    await keep(idp, replace(APPROVAL, person_id="tai-man"))

    assert not await claim(idp, "phone-9", person="maria")
    assert not await claim(idp, "phone-1", now=END)
    assert (await found(idp)).state is ApprovalState.WAITING
    assert await claim(idp, "phone-1")


async def test_every_outcome_at_once_and_one_is_true(idp: Idp) -> None:
    await keep(idp, APPROVAL)
    await claim(idp, "phone-1")
    outcomes = sorted(TRANSITIONS[ApprovalState.CLAIMED]) * 15

    won = await asyncio.gather(*(decide(idp, ApprovalState.CLAIMED, to) for to in outcomes))

    assert won.count(True) == 1
    assert (await found(idp)).state is outcomes[won.index(True)]


async def test_what_was_released_and_when_it_was_decided_stays(idp: Idp) -> None:
    await keep(idp, APPROVAL)
    await claim(idp, "phone-1")
    decided = NOW + timedelta(seconds=30)

    assert await decide(idp, ApprovalState.CLAIMED, ApprovalState.APPROVED, decided, "hkid")
    later = NOW + timedelta(hours=1)
    assert await decide(idp, ApprovalState.APPROVED, ApprovalState.COMPLETED, later)
    assert not await decide(idp, ApprovalState.APPROVED, ApprovalState.COMPLETED, later)
    over = await found(idp)
    assert (over.released, over.decided_at) == (("hkid",), decided)


async def test_it_is_too_late_to_approve_at_the_end(idp: Idp) -> None:
    await keep(idp, APPROVAL)
    await claim(idp, "phone-1")

    assert not await decide(idp, ApprovalState.CLAIMED, ApprovalState.APPROVED, END)
    assert await decide(idp, ApprovalState.CLAIMED, ApprovalState.EXPIRED, END)


async def test_a_transition_that_does_not_exist_is_a_mistake(idp: Idp) -> None:
    await keep(idp, APPROVAL)

    with pytest.raises(ValueError, match="no transition"):
        await decide(idp, ApprovalState.WAITING, ApprovalState.APPROVED)


async def test_a_typed_code_finds_what_is_open_and_nothing_else(idp: Idp) -> None:
    await keep(idp, APPROVAL)

    async with idp.world.storage.unit_of_work() as work:
        assert await work.approvals.by_typed_code(b"t" * 32, NOW) == APPROVAL
        assert await work.approvals.by_typed_code(b"u" * 32, NOW) is None
        assert await work.approvals.by_typed_code(b"t" * 32, END) is None
    await decide(idp, ApprovalState.WAITING, ApprovalState.REJECTED)
    async with idp.world.storage.unit_of_work() as work:
        assert await work.approvals.by_typed_code(b"t" * 32, NOW) is None


async def test_a_typed_code_of_two_requests_finds_neither(idp: Idp) -> None:
    await keep(idp, APPROVAL, replace(APPROVAL, approval_id="twin", qr_handle="TWIN"))

    async with idp.world.storage.unit_of_work() as work:
        assert await work.approvals.by_typed_code(b"t" * 32, NOW) is None


async def test_a_resident_sees_what_is_open_for_them(idp: Idp) -> None:
    mine = replace(APPROVAL, person_id="tai-man")
    later = replace(
        mine, approval_id="later", qr_handle="LATER", created_at=NOW + timedelta(seconds=1)
    )
    over = replace(mine, approval_id="over", qr_handle="OVER", state=ApprovalState.REJECTED)
    other = replace(mine, approval_id="other", qr_handle="OTHER", person_id="maria")
    await keep(idp, mine, later, over, other)

    async with idp.world.storage.unit_of_work() as work:
        open_ones = await work.approvals.open_for("tai-man", NOW)
        assert [a.approval_id for a in open_ones] == ["later", "approval"]
        assert not await work.approvals.open_for("tai-man", END)


async def test_parallel_tries_are_all_counted(idp: Idp) -> None:
    async def count(scope: str, window: int) -> int:
        async with idp.world.storage.unit_of_work() as work:
            return await work.approvals.count_attempt(scope, window)

    counted = await asyncio.gather(*(count("phone", 7) for _ in range(20)))

    assert sorted(counted) == list(range(1, 21))
    assert await count("phone", 8) == 1
    assert await count("other", 7) == 1
