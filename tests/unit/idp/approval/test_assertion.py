"""What a passkey's answer must be; each part of it is changed once and refused."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from idp.approval import assertion
from idp.approval.assertion import RelyingParty
from idp.domain.errors import JourneyError
from idp.domain.person import Device
from onechop.phone.passkey import SoftwarePasskey

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PARTY = RelyingParty(rp_id="id.localhost", origin="http://id.localhost:8000")
CHALLENGE = hashlib.sha256(b"the statement").digest()


def bound(**made: Any) -> tuple[SoftwarePasskey, Device]:
    options = assertion.creation_options(
        PARTY, challenge=b"c" * 32, person_id="tai-man", name="CHAN, Tai Man"
    )
    passkey, credential = SoftwarePasskey.create(options, origin=PARTY.origin, **made)
    new = assertion.check_registration(credential, PARTY, challenge=b"c" * 32)
    device = Device(
        device_id="phone-1",
        person_id="tai-man",
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        backed_up=new.synced,
        nickname="Phone",
        added_at=NOW,
        last_used_at=NOW,
    )
    return passkey, device


def answer(passkey: SoftwarePasskey, challenge: bytes = CHALLENGE) -> dict[str, Any]:
    return passkey.get(assertion.request_options(PARTY, challenge=challenge))


def check(credential: dict[str, Any], device: Device) -> int:
    return assertion.check_assertion(credential, PARTY, device, challenge=CHALLENGE)


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class TestAnswering:
    def test_the_right_answer_gives_the_new_counter(self) -> None:
        passkey, device = bound()

        assert check(answer(passkey), device) == 1

    def test_without_user_verification_it_is_refused(self) -> None:
        passkey, device = bound()
        passkey.user_verified = False

        with pytest.raises(JourneyError) as caught:
            check(answer(passkey), device)
        assert caught.value.reason == "passkey_refused"

    def test_an_answer_to_another_statement_is_refused(self) -> None:
        passkey, device = bound()

        with pytest.raises(JourneyError):
            check(answer(passkey, hashlib.sha256(b"another statement").digest()), device)

    def test_an_answer_given_at_another_origin_is_refused(self) -> None:
        passkey, device = bound()
        passkey.origin = "http://id.localhost.evil.example"

        with pytest.raises(JourneyError):
            check(answer(passkey), device)

    def test_an_answer_for_another_relying_party_is_refused(self) -> None:
        passkey, device = bound()
        passkey.rp_id = "evil.example"

        with pytest.raises(JourneyError):
            check(answer(passkey), device)

    def test_a_counter_that_did_not_grow_is_a_copy(self) -> None:
        passkey, device = bound()

        with pytest.raises(JourneyError):
            check(answer(passkey), replace(device, sign_count=1))

    def test_another_passkey_is_refused(self) -> None:
        _, device = bound()
        other, _ = bound()

        with pytest.raises(JourneyError):
            check(answer(other), device)

    def test_another_key_under_the_same_name_is_refused(self) -> None:
        passkey, device = bound()
        other, _ = bound()
        other.credential_id = passkey.credential_id

        with pytest.raises(JourneyError):
            check(answer(other), device)

    def test_the_passkey_of_another_person_is_refused(self) -> None:
        passkey, device = bound()
        passkey.user_handle = b"maria"

        with pytest.raises(JourneyError):
            check(answer(passkey), device)

    def test_a_passkey_need_not_name_its_owner(self) -> None:
        passkey, device = bound()
        credential = answer(passkey)
        del credential["response"]["userHandle"]

        assert check(credential, device) == 1

    def test_a_page_framed_by_another_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        passkey, device = bound()
        made = passkey._client_data

        def framed(kind: str, challenge: str) -> bytes:
            return json.dumps(json.loads(made(kind, challenge)) | {"crossOrigin": True}).encode()

        monkeypatch.setattr(SoftwarePasskey, "_client_data", lambda _s, k, c: framed(k, c))

        with pytest.raises(JourneyError):
            check(answer(passkey), device)

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda c: c.update(rawId=None),
            lambda c: c.pop("rawId"),
            lambda c: c.update(rawId="é"),
            lambda c: c.update(type="password"),
            lambda c: c["response"].pop("signature"),
            lambda c: c["response"].update(signature="AAAA"),
            lambda c: c["response"].update(signature=7),
            lambda c: c["response"].update(authenticatorData=""),
            lambda c: c["response"].update(authenticatorData=encode(b"\0" * 36)),
            lambda c: c["response"].update(clientDataJSON=encode(b"[]")),
            lambda c: c["response"].update(clientDataJSON=encode(b"{")),
            lambda c: c["response"].update(userHandle="!"),
        ],
    )
    def test_a_broken_answer_is_refused_and_never_crashes(
        self, spoil: Callable[[dict[str, Any]], object]
    ) -> None:
        passkey, device = bound()
        credential = answer(passkey)
        spoil(credential)

        with pytest.raises(JourneyError) as caught:
            check(credential, device)
        assert caught.value.reason == "passkey_refused"

    def test_every_flipped_bit_of_the_signed_data_is_noticed(self) -> None:
        passkey, device = bound()
        original = answer(passkey)
        data = base64.urlsafe_b64decode(original["response"]["authenticatorData"] + "==")

        for at in range(len(data)):
            changed = json.loads(json.dumps(original))
            flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            changed["response"]["authenticatorData"] = encode(flipped)
            with pytest.raises(JourneyError):
                check(changed, device)


class TestBinding:
    def test_a_passkey_that_stays_on_its_device_and_one_that_is_synced(self) -> None:
        assert bound()[1].backed_up is False
        assert bound(synced=True)[1].backed_up is True

    def test_without_user_verification_nothing_is_bound(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("onechop.phone.passkey._USER_VERIFIED", 0)

        with pytest.raises(JourneyError) as caught:
            bound()
        assert caught.value.reason == "passkey_refused"

    def test_an_old_challenge_binds_nothing(self) -> None:
        options = assertion.creation_options(
            PARTY, challenge=b"o" * 32, person_id="tai-man", name="CHAN"
        )
        _, credential = SoftwarePasskey.create(options, origin=PARTY.origin)

        with pytest.raises(JourneyError):
            assertion.check_registration(credential, PARTY, challenge=b"c" * 32)

    def test_user_verification_and_a_discoverable_credential_are_asked_for(self) -> None:
        options = assertion.creation_options(PARTY, challenge=b"c" * 32, person_id="p", name="n")

        assert options["authenticatorSelection"]["userVerification"] == "required"
        assert options["authenticatorSelection"]["residentKey"] == "required"


class TestAsking:
    def test_one_passkey_may_be_named(self) -> None:
        named = assertion.request_options(PARTY, challenge=b"c" * 32, credential_id=b"id")

        assert named["allowCredentials"] == [{"type": "public-key", "id": "aWQ"}]
        assert named["userVerification"] == "required"

    def test_or_none(self) -> None:
        assert not assertion.request_options(PARTY, challenge=b"c")["allowCredentials"]


class TestReading:
    def test_a_posted_credential_is_read(self) -> None:
        assert assertion.parse_credential('{"response":{}}') == {"response": {}}

    @pytest.mark.parametrize(
        "text", ["", "{", "[]", "{}", '{"response":[]}', "[" * 15_000, " " * 16_385 + "{}"]
    )
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(JourneyError) as caught:
            assertion.parse_credential(text)
        assert caught.value.reason == "passkey_refused"
