"""Attacks on the phone's side of an approval: whose it is, and what is answered."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import pytest

from house.browsing import Browser, answered
from house.citizen import Citizen, approval_of
from house.world import Idp
from idp.approval.draft import ApprovalDraft
from idp.domain.approval import Approval, ApprovalKind, ApprovalState
from idp.domain.errors import JourneyError
from idp.domain.values import Secret
from idp.flows import account, approve, passkeys, reject, scan
from idp.flows.at_the_phone import Answer, RejectReason
from onechop.phone.passkey import SoftwarePasskey

SAME = Answer(code="same")


async def opened(idp: Idp, **changes: object) -> Approval:
    """An approval of the licensing department, as the flows open it."""
    if "licensing" not in idp.departments:
        await idp.department("licensing")
    draft = ApprovalDraft(
        kind=ApprovalKind.LOGIN,
        client_id="licensing",
        purpose="Renew a vehicle licence",
        asked_from="Chrome on Windows",
        browser_digest=Secret("the browser that began").digest,
    )
    draft = dataclasses.replace(draft, **changes)  # type: ignore[arg-type]
    async with idp.world.storage.unit_of_work() as work:
        return await approve.open_approval(work, draft, idp.world, idp.watch())


async def state(idp: Idp, approval: Approval) -> ApprovalState:
    async with idp.world.storage.unit_of_work() as work:
        found = await work.approvals.get(approval.approval_id)
    assert found is not None
    return found.state


async def claim(idp: Idp, approval: Approval, citizen: Citizen) -> None:
    await approve.claim(approval.approval_id, citizen.phone, idp.world, idp.watch())


async def assertion(idp: Idp, approval: Approval, citizen: Citizen, answer: Answer = SAME) -> dict:
    options = await approve.challenge(
        approval.approval_id, citizen.phone, answer, idp.world, idp.watch()
    )
    assert options is not None
    return citizen.passkey.get(options)


async def send(
    idp: Idp, approval: Approval, citizen: Citizen, credential: dict, answer: Answer = SAME
) -> object:
    return await approve.approve(
        approval.approval_id, citizen.phone, answer, credential, idp.world, idp.watch()
    )


async def test_a_second_phone_is_too_late(idp: Idp) -> None:
    first, second = await idp.citizen("tai-man"), await idp.citizen("maria")
    approval = await opened(idp)
    await claim(idp, approval, first)

    with pytest.raises(JourneyError, match="taken"):
        await claim(idp, approval, second)
    with pytest.raises(JourneyError, match="not_found"):
        await approve.show(approval.approval_id, second.phone, idp.world, idp.watch())
    assert len(await idp.events("ApprovalClaimed")) == 1


async def test_fifty_phones_scan_at_once_and_one_has_it(idp: Idp) -> None:
    phones = [await idp.citizen("tai-man") for _ in range(10)]
    approval = await opened(idp)

    outcomes = await asyncio.gather(
        *(claim(idp, approval, phone) for phone in phones * 5), return_exceptions=True
    )

    # The winner asks five times and has it each time; every other try is refused.
    assert outcomes.count(None) == 5
    assert len(await idp.events("ApprovalClaimed")) == 1


async def test_fifty_approvals_at_once_are_one(idp: Idp) -> None:
    citizen = await idp.citizen()
    approval = await opened(idp)
    await claim(idp, approval, citizen)
    credentials = [await assertion(idp, approval, citizen) for _ in range(50)]

    outcomes = await asyncio.gather(
        *(send(idp, approval, citizen, credential) for credential in credentials),
        return_exceptions=True,
    )

    refused = [o for o in outcomes if isinstance(o, JourneyError)]
    assert len(refused) == 49
    assert {error.reason for error in refused} == {"over"}
    assert len(await idp.events("ApprovalApproved")) == 1


async def test_approving_and_rejecting_and_cancelling_at_once_have_one_outcome(idp: Idp) -> None:
    citizen = await idp.citizen()
    for _ in range(10):
        approval = await opened(idp)
        await claim(idp, approval, citizen)
        credential = await assertion(idp, approval, citizen)

        async def refuse(of: Approval = approval) -> None:
            reason = RejectReason.REJECTED
            await reject.reject(of.approval_id, citizen.phone, reason, idp.world, idp.watch())

        outcomes = await asyncio.gather(
            send(idp, approval, citizen, credential), refuse(), return_exceptions=True
        )
        assert sum(isinstance(o, JourneyError) for o in outcomes) == 1
    ended = len(await idp.events("ApprovalApproved")) + len(await idp.events("ApprovalRejected"))
    assert ended == 10


async def test_an_answer_is_good_once(idp: Idp) -> None:
    citizen = await idp.citizen()
    approval = await opened(idp)
    await claim(idp, approval, citizen)
    credential = await assertion(idp, approval, citizen)
    assert await send(idp, approval, citizen, credential) is not None

    with pytest.raises(JourneyError, match="over"):
        await send(idp, approval, citizen, credential)


async def test_an_answer_is_good_for_one_request(idp: Idp) -> None:
    citizen = await idp.citizen()
    one, other = await opened(idp), await opened(idp)
    await claim(idp, one, citizen)
    await claim(idp, other, citizen)
    credential = await assertion(idp, one, citizen)

    with pytest.raises(JourneyError, match="passkey_refused"):
        await send(idp, other, citizen, credential)
    assert await state(idp, other) is ApprovalState.CLAIMED


async def test_an_answer_covers_exactly_the_fields_that_were_chosen(idp: Idp) -> None:
    department = await idp.department("licensing")
    citizen = await idp.citizen("tai-man")
    browser = idp.browser()
    asked = await department.request_uri(browser, scope="openid identity contact")
    approval_id = approval_of(await browser.get(department.authorize_url(asked)))
    approval = await citizen.approval(approval_id)
    await claim(idp, approval, citizen)
    credential = await assertion(idp, approval, citizen)

    more = Answer(code="same", chosen=("email",))
    with pytest.raises(JourneyError, match="passkey_refused"):
        await send(idp, approval, citizen, credential, more)
    unasked = Answer(code="same", chosen=("income",))
    with pytest.raises(JourneyError, match="not_asked"):
        await send(idp, approval, citizen, credential, unasked)


async def test_an_answer_without_user_verification_is_refused(idp: Idp) -> None:
    citizen = await idp.citizen()
    approval = await opened(idp)
    await claim(idp, approval, citizen)
    citizen.passkey.user_verified = False

    with pytest.raises(JourneyError, match="passkey_refused"):
        await send(idp, approval, citizen, await assertion(idp, approval, citizen))
    assert await state(idp, approval) is ApprovalState.CLAIMED


async def test_a_copied_passkey_is_noticed_by_its_counter(idp: Idp) -> None:
    citizen = await idp.citizen()
    copy = SoftwarePasskey.restore(citizen.passkey.export())
    for _ in range(3):
        approval = await opened(idp)
        await claim(idp, approval, citizen)
        await send(idp, approval, citizen, await assertion(idp, approval, citizen))
    citizen.passkey = copy
    approval = await opened(idp)
    await claim(idp, approval, citizen)

    with pytest.raises(JourneyError, match="passkey_refused"):
        await send(idp, approval, citizen, await assertion(idp, approval, citizen))


async def test_somebody_else_s_signing_request_cannot_be_taken(idp: Idp) -> None:
    thief = await idp.citizen("maria")
    approval = await opened(idp, kind=ApprovalKind.SIGN, person_id="tai-man")

    with pytest.raises(JourneyError, match="not_yours"):
        await claim(idp, approval, thief)
    with pytest.raises(JourneyError, match="not_found"):
        await approve.show(approval.approval_id, thief.phone, idp.world, idp.watch())
    assert await state(idp, approval) is ApprovalState.WAITING


async def test_a_wrong_code_ends_the_request_for_good(idp: Idp) -> None:
    citizen = await idp.citizen("tai-man")
    approval = await opened(idp, kind=ApprovalKind.SIGN, person_id="tai-man")
    await claim(idp, approval, citizen)
    wrong = Answer(code="0000" if approval.code != "0000" else "1111")
    now = idp.watch()

    options = await approve.challenge(approval.approval_id, citizen.phone, wrong, idp.world, now)
    assert options is None
    assert await state(idp, approval) is ApprovalState.WRONG_CODE
    right = Answer(code=approval.code)
    with pytest.raises(JourneyError, match="over"):
        await approve.challenge(approval.approval_id, citizen.phone, right, idp.world, now)
    assert len(await idp.events("WrongCodePicked")) == 1


async def test_a_wrong_code_with_a_right_passkey_approves_nothing(idp: Idp) -> None:
    citizen = await idp.citizen()
    approval = await opened(idp)
    await claim(idp, approval, citizen)
    credential = await assertion(idp, approval, citizen)

    assert await send(idp, approval, citizen, credential, Answer(code="different")) is None
    assert await state(idp, approval) is ApprovalState.WRONG_CODE
    assert await idp.events("ApprovalApproved") == []


async def test_an_unanswered_question_is_not_an_answer(idp: Idp) -> None:
    citizen = await idp.citizen()
    approval = await opened(idp)
    await claim(idp, approval, citizen)
    credential = await assertion(idp, approval, citizen)

    with pytest.raises(JourneyError, match="code_unanswered"):
        await send(idp, approval, citizen, credential, Answer(code=None))
    assert await state(idp, approval) is ApprovalState.CLAIMED


async def test_it_is_too_late_after_five_minutes(idp: Idp) -> None:
    citizen = await idp.citizen()
    approval = await opened(idp)
    await claim(idp, approval, citizen)
    credential = await assertion(idp, approval, citizen)
    idp.watch.advance(minutes=5)

    with pytest.raises(JourneyError, match="expired"):
        await send(idp, approval, citizen, credential)


async def test_a_removed_phone_answers_nothing(idp: Idp) -> None:
    citizen, spare = await idp.citizen("tai-man"), await idp.citizen("tai-man")
    approval = await opened(idp)
    await claim(idp, approval, citizen)
    credential = await assertion(idp, approval, citizen)
    device = citizen.phone.device_id
    await account.remove_device("tai-man", device, idp.world, idp.watch())

    with pytest.raises(JourneyError, match="not_found"):
        await send(idp, approval, citizen, credential)
    last = spare.phone.device_id
    with pytest.raises(JourneyError, match="last_device"):
        await account.remove_device("tai-man", last, idp.world, idp.watch())


async def test_guessing_typed_codes_is_limited_per_phone(idp: Idp) -> None:
    citizen, other = await idp.citizen("tai-man"), await idp.citizen("maria")
    approval = await opened(idp)
    from idp.approval.typed_code import typed_code

    right = typed_code(approval.qr_secret)
    for _ in range(scan.TRIES_OF_A_PHONE):
        with pytest.raises(JourneyError, match="typed_code_unknown"):
            await scan.by_typed_code("22222222", citizen.phone, idp.world, idp.watch())

    with pytest.raises(JourneyError, match="too_many_tries"):
        await scan.by_typed_code(right, citizen.phone, idp.world, idp.watch())
    found = await scan.by_typed_code(right, other.phone, idp.world, idp.watch())
    assert found == approval.approval_id


async def test_guessing_typed_codes_is_limited_for_all_together(
    idp: Idp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "TRIES_OF_ALL", 3)
    for _ in range(3):
        citizen = await idp.citizen("tai-man")
        with pytest.raises(JourneyError, match="typed_code_unknown"):
            await scan.by_typed_code("22222222", citizen.phone, idp.world, idp.watch())
    fresh = await idp.citizen("maria")

    with pytest.raises(JourneyError, match="too_many_tries"):
        await scan.by_typed_code("22222222", fresh.phone, idp.world, idp.watch())
    idp.watch.advance(seconds=scan.WINDOW.total_seconds())
    with pytest.raises(JourneyError, match="typed_code_unknown"):
        await scan.by_typed_code("22222222", fresh.phone, idp.world, idp.watch())


async def test_a_sign_in_is_good_once_even_where_no_counter_tells(idp: Idp) -> None:
    citizen = await idp.citizen()
    begun = passkeys.begin_sign_in(idp.world, idp.watch())
    citizen.passkey.sign_count = -1  # a synced passkey always counts zero
    credential = citizen.passkey.get(begun.options)

    async def sign_in() -> object:
        return await passkeys.sign_in(credential, begun.ticket, "Phone", idp.world, idp.watch())

    outcomes = await asyncio.gather(*(sign_in() for _ in range(20)), return_exceptions=True)
    refused = [o for o in outcomes if isinstance(o, JourneyError)]
    assert len(refused) == 19
    assert {error.reason for error in refused} == {"ceremony_expired"}


async def test_a_sign_in_challenge_lives_two_minutes(idp: Idp) -> None:
    citizen = await idp.citizen()
    begun = passkeys.begin_sign_in(idp.world, idp.watch())
    idp.watch.at += timedelta(minutes=2)

    credential = citizen.passkey.get(begun.options)
    with pytest.raises(JourneyError, match="ceremony_expired"):
        await passkeys.sign_in(credential, begun.ticket, "Phone", idp.world, idp.watch())


async def test_outside_the_demonstration_nobody_binds_by_clicking(make_idp: object) -> None:
    idp: Idp = await make_idp(demonstration=False)  # type: ignore[operator]

    with pytest.raises(JourneyError, match="not_found"):
        await passkeys.begin_binding("tai-man", idp.world, idp.watch())
    with pytest.raises(JourneyError, match="not_found"):
        await passkeys.bind({}, "", "Phone", idp.world, idp.watch())
    browser: Browser = idp.browser()
    assert (await browser.get("/phone/residents")).status_code == 404


async def test_a_rejected_login_goes_back_as_denied(idp: Idp) -> None:
    department = await idp.department("licensing")
    citizen, browser = await idp.citizen(), idp.browser()
    asked = await department.request_uri(browser)
    approval_id = approval_of(await browser.get(department.authorize_url(asked)))
    await citizen.reject(approval_id)

    back = answered(await browser.get(f"/approvals/{approval_id}/continue"))
    assert back["error"] == "access_denied"
    assert "code" not in back
