"""Who may do what to an approval, in each state and at each moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from idp.approval import decide
from idp.domain.approval import Approval, ApprovalKind, ApprovalState, ClaimRequest, CodeMode
from idp.domain.errors import JourneyError
from idp.domain.values import Secret

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
END = NOW + timedelta(minutes=5)
BROWSER = Secret("the browser that began")

WAITING = Approval(
    approval_id="approval",
    kind=ApprovalKind.LOGIN,
    state=ApprovalState.WAITING,
    client_id="licensing",
    purpose="Renew a vehicle licence",
    asked_from="Chrome on Windows",
    browser_digest=BROWSER.digest,
    claims=(
        ClaimRequest(claim="hkid", essential=True),
        ClaimRequest(claim="name_zh", essential=False),
        ClaimRequest(claim="email", essential=False),
    ),
    nonce=b"n" * 32,
    code="4827",
    code_mode=CodeMode.SHOW,
    qr_handle="HANDLE",
    qr_secret=b"s" * 32,
    typed_code_digest=b"t" * 32,
    created_at=NOW,
    expires_at=END,
)
CLAIMED = replace(WAITING, state=ApprovalState.CLAIMED, person_id="tai-man", device_id="phone-1")
DECIDED = [
    ApprovalState.APPROVED,
    ApprovalState.REJECTED,
    ApprovalState.WRONG_CODE,
    ApprovalState.COMPLETED,
]


class TestClaiming:
    def test_a_phone_takes_what_waits(self) -> None:
        assert decide.check_claim(WAITING, "tai-man", "phone-1", NOW)

    def test_the_phone_that_has_it_need_not_take_it_again(self) -> None:
        assert not decide.check_claim(CLAIMED, "tai-man", "phone-1", NOW)

    def test_another_phone_of_the_same_person_is_too_late(self) -> None:
        with pytest.raises(JourneyError) as caught:
            decide.check_claim(CLAIMED, "tai-man", "phone-2", NOW)
        assert caught.value.reason == "taken"

    def test_a_phone_of_somebody_else_is_too_late(self) -> None:
        with pytest.raises(JourneyError) as caught:
            decide.check_claim(CLAIMED, "maria", "phone-9", NOW)
        assert caught.value.reason == "taken"

    def test_what_was_meant_for_somebody_else_is_theirs(self) -> None:
        meant = replace(WAITING, person_id="tai-man")
        with pytest.raises(JourneyError) as caught:
            decide.check_claim(meant, "maria", "phone-9", NOW)
        assert caught.value.reason == "not_yours"
        assert decide.check_claim(meant, "tai-man", "phone-1", NOW)

    def test_nobody_takes_it_when_the_time_is_up(self) -> None:
        with pytest.raises(JourneyError) as caught:
            decide.check_claim(WAITING, "tai-man", "phone-1", END)
        assert caught.value.reason == "expired"
        assert decide.check_claim(WAITING, "tai-man", "phone-1", END - timedelta(microseconds=1))

    @pytest.mark.parametrize("state", DECIDED)
    def test_what_is_over_is_over(self, state: ApprovalState) -> None:
        with pytest.raises(JourneyError) as caught:
            decide.check_claim(replace(CLAIMED, state=state), "tai-man", "phone-1", NOW)
        assert caught.value.reason == "over"

    def test_what_was_cancelled_before_a_phone_took_it_is_over(self) -> None:
        cancelled = replace(WAITING, state=ApprovalState.REJECTED)
        with pytest.raises(JourneyError):
            decide.check_claim(cancelled, "tai-man", "phone-1", NOW)


class TestAnswering:
    def test_the_phone_that_has_it_may_answer(self) -> None:
        decide.check_holder(CLAIMED, "tai-man", "phone-1", NOW)

    @pytest.mark.parametrize(("person", "device"), [("maria", "phone-1"), ("tai-man", "phone-2")])
    def test_a_stranger_does_not_even_learn_that_it_exists(self, person: str, device: str) -> None:
        with pytest.raises(JourneyError) as caught:
            decide.check_holder(CLAIMED, person, device, NOW)
        assert caught.value.reason == "not_found"

    def test_nobody_answers_when_the_time_is_up(self) -> None:
        with pytest.raises(JourneyError) as caught:
            decide.check_holder(CLAIMED, "tai-man", "phone-1", END)
        assert caught.value.reason == "expired"

    @pytest.mark.parametrize("state", DECIDED)
    def test_one_answer_only(self, state: ApprovalState) -> None:
        with pytest.raises(JourneyError) as caught:
            decide.check_holder(replace(CLAIMED, state=state), "tai-man", "phone-1", NOW)
        assert caught.value.reason == "over"


class TestTheCode:
    def test_signing_chooses_and_the_rest_compares(self) -> None:
        assert decide.code_mode_for(ApprovalKind.SIGN) is CodeMode.CHOOSE
        assert decide.code_mode_for(ApprovalKind.LOGIN) is CodeMode.SHOW
        assert decide.code_mode_for(ApprovalKind.RELEASE) is CodeMode.SHOW

    def test_comparing_takes_a_yes(self) -> None:
        assert decide.check_code(CLAIMED, "same", same_device=False)
        assert not decide.check_code(CLAIMED, "different", same_device=False)
        assert not decide.check_code(CLAIMED, CLAIMED.code, same_device=False)

    def test_choosing_takes_the_code(self) -> None:
        chosen = replace(CLAIMED, code_mode=CodeMode.CHOOSE)

        assert decide.check_code(chosen, "4827", same_device=False)
        assert not decide.check_code(chosen, "4828", same_device=False)
        assert not decide.check_code(chosen, "same", same_device=False)

    @pytest.mark.parametrize("answer", [None, ""])
    def test_no_answer_is_asked_for_again(self, answer: str | None) -> None:
        with pytest.raises(JourneyError) as caught:
            decide.check_code(CLAIMED, answer, same_device=False)
        assert caught.value.reason == "code_unanswered"

    def test_on_one_device_there_is_nothing_to_compare(self) -> None:
        assert decide.check_code(CLAIMED, None, same_device=True)
        assert decide.code_mode(CLAIMED, same_device=True) is CodeMode.NONE
        assert decide.code_mode(CLAIMED, same_device=False) is CodeMode.SHOW


class TestTheBrowserThatBegan:
    def test_its_cookie_is_known(self) -> None:
        assert decide.is_own_browser(WAITING, BROWSER)

    def test_no_other_is(self) -> None:
        assert not decide.is_own_browser(WAITING, Secret("another browser"))
        assert not decide.is_own_browser(WAITING, None)


class TestReleasing:
    HELD = ("hkid", "name_zh", "gender")

    def test_required_fields_go_and_optional_ones_stay(self) -> None:
        assert decide.released_claims(CLAIMED, (), self.HELD) == ("hkid",)

    def test_a_chosen_field_goes_too(self) -> None:
        assert decide.released_claims(CLAIMED, ("name_zh",), self.HELD) == ("hkid", "name_zh")

    def test_what_is_not_held_cannot_go(self) -> None:
        assert decide.released_claims(CLAIMED, ("email",), self.HELD) == ("hkid",)
        assert decide.released_claims(CLAIMED, ("email",), ()) == ()

    def test_what_nobody_asked_for_cannot_be_slipped_in(self) -> None:
        with pytest.raises(JourneyError) as caught:
            decide.released_claims(CLAIMED, ("gender",), self.HELD)
        assert caught.value.reason == "not_asked"


def test_an_open_approval_past_its_time_counts_as_expired() -> None:
    assert decide.state_at(WAITING, NOW) is ApprovalState.WAITING
    assert decide.state_at(WAITING, END) is ApprovalState.EXPIRED
    assert decide.state_at(CLAIMED, END) is ApprovalState.EXPIRED


@pytest.mark.parametrize("state", DECIDED)
def test_a_decided_one_does_not_expire(state: ApprovalState) -> None:
    assert decide.state_at(replace(CLAIMED, state=state), END) is state
