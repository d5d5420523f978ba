"""Seals and notices, as departments and the inbox use them."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import pytest_asyncio
from world.papers import page
from world.signing import Journey

from certs.trustlist import load
from certs.verification import Policy, verify
from house.world import Idp
from idp.flows import notify
from idp.protocol.subject import pairwise_subject

TEXTS = {"en": "Your licence", "zh-Hant-HK": "你的牌照", "zh-Hans": "你的牌照"}


@dataclass
class Inbox:
    """An outbound edge that ends in a list; `answer` is what the inbox says."""

    answer: int | OSError = 202
    got: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    async def post_form(self, url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        self.got.append((url, form))
        if isinstance(self.answer, OSError):
            raise self.answer
        return self.answer, b"{}"


@pytest_asyncio.fixture
async def journey(idp: Idp) -> Journey:
    return await Journey.begin(idp)


@pytest_asyncio.fixture
async def inbox(journey: Journey) -> Inbox:
    made = Inbox()
    journey.idp.world = dataclasses.replace(journey.idp.world, outbound=made)
    journey.idp.app.state.world = journey.idp.world
    await journey.idp.department(
        "notices", capabilities=["inbox"], notice_uri="http://notices.localhost:8201/intake"
    )
    return made


def notice(journey: Journey, **changes: Any) -> dict[str, str]:
    content = {
        "sub": journey.sub,
        "category": "licence",
        "subject": TEXTS,
        "body": TEXTS,
        "action_url": "http://licensing.localhost:8201/licences/1",
        "deadline": "2027-01-31",
    }
    return {"notice": json.dumps({**content, **changes})}


# --- seals ---------------------------------------------------------------------------------------


async def test_sealed_document_is_closed_and_valid(journey: Journey) -> None:
    document = page("Vehicle licence")
    response = await journey.machine("/seals", {"reason": "Licence issued"}, document)
    assert response.status_code == 200, response.text
    assert response.content.startswith(document)
    policy = Policy(trust_list=load(journey.idp.world.authority.trust_list_json))
    report = verify(response.content, policy=policy, now=journey.idp.watch()).as_json()
    assert report["indication"] == "TOTAL-PASSED", report
    assert report["signatures"][0]["certified"] == 1
    assert len(await journey.idp.events("DocumentSealed")) == 1
    again = await journey.machine("/seals", {"reason": "Twice"}, response.content)
    assert again.json()["error"] == "invalid_document"


async def test_department_without_a_seal(idp: Idp) -> None:
    journey = await Journey.begin(idp, capabilities=["sign"])
    response = await journey.machine("/seals", {"reason": "x"}, page())
    assert (response.status_code, response.json()["error"]) == (403, "unauthorized_client")


async def test_seal_needs_a_reason_and_a_document(journey: Journey) -> None:
    assert (await journey.machine("/seals", {}, page())).status_code == 400
    assert (await journey.machine("/seals", {"reason": "x"}, b"no pdf")).status_code == 400


# --- notices -------------------------------------------------------------------------------------


async def test_three_times(journey: Journey, inbox: Inbox) -> None:
    sent = await journey.machine("/notices", notice(journey))
    assert sent.status_code == 202, sent.text
    notice_id = sent.json()["notice_id"]
    status = (await journey.machine(f"/notices/{notice_id}", {})).json()
    assert status["sent_at"] == sent.json()["sent_at"]
    assert status["received_at"] is not None
    assert status["known_at"] is None
    url, form = inbox.got[0]
    assert url == "http://notices.localhost:8201/intake"
    keys = jwt.PyJWKSet.from_dict(dict(journey.idp.world.keyring.public_jwks()))
    header = jwt.get_unverified_header(form["notice"])
    assert header["typ"] == "notice+jwt"
    key = next(k for k in keys.keys if k.key_id == header["kid"])
    claims = jwt.decode(
        form["notice"],
        key,
        algorithms=["ES256"],
        audience="notices",
        issuer=journey.idp.issuer,
        options={"verify_iat": False},
    )
    world = journey.idp.world
    person = journey.citizen.phone.person_id
    assert claims["jti"] == notice_id
    assert claims["sub"] == pairwise_subject(
        world.keyring.pairwise_key, "notices.localhost", person
    )
    assert claims["sub"] != journey.sub
    assert claims["from"]["client_id"] == "licensing"
    assert claims["notice"]["subject"] == TEXTS

    reader = dataclasses.replace(journey, department=journey.idp.departments["notices"])
    journey.idp.watch.advance(minutes=5)
    moment = journey.idp.watch().isoformat()
    known = await reader.machine(f"/notices/{notice_id}/known", {"known_at": moment})
    assert known.status_code == 200, known.text
    assert known.json()["known_at"] == moment.replace("+00:00", "Z")
    names = ["NoticeAccepted", "NoticeReceived", "NoticeKnown"]
    assert [len(await journey.idp.events(name)) for name in names] == [1, 1, 1]


@pytest.mark.parametrize("answer", [500, 302, OSError("down")])
async def test_inbox_that_fails_is_tried_again_and_nothing_is_lost(
    journey: Journey, inbox: Inbox, answer: int | OSError
) -> None:
    inbox.answer = answer
    sent = (await journey.machine("/notices", notice(journey))).json()
    path = f"/notices/{sent['notice_id']}"
    assert (await journey.machine(path, {})).json()["received_at"] is None
    await notify.relay_due(journey.idp.world)
    assert len(inbox.got) == 1  # not due yet
    inbox.answer = 202
    journey.idp.watch.advance(seconds=6)
    await notify.relay_due(journey.idp.world)
    assert len(inbox.got) == 2
    assert (await journey.machine(path, {})).json()["received_at"] is not None
    journey.idp.watch.advance(hours=1)
    await notify.relay_due(journey.idp.world)
    assert len(inbox.got) == 2


async def test_same_reference_is_the_same_notice(journey: Journey, inbox: Inbox) -> None:
    first = (await journey.machine("/notices", notice(journey, reference="r-1"))).json()
    again = (await journey.machine("/notices", notice(journey, reference="r-1"))).json()
    other = (await journey.machine("/notices", notice(journey, reference="r-2"))).json()
    assert first == again
    assert other["notice_id"] != first["notice_id"]
    assert len(inbox.got) == 2


async def test_same_reference_for_something_else_is_refused(journey: Journey, inbox: Inbox) -> None:
    await journey.machine("/notices", notice(journey, reference="r-1"))
    other = notice(journey, reference="r-1", category="payment")
    answer = await journey.machine("/notices", other)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert len(inbox.got) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": "nobody"},
        {"category": "Licence!"},
        {"subject": {"en": "only English"}},
        {"subject": {**TEXTS, "en": "a\u202eb"}},
        {"subject": {**TEXTS, "en": ""}},
        {"body": {**TEXTS, "en": 5}},
        {"action_url": "http://evil.localhost/"},
        {"action_url": "javascript:alert(1)"},
        {"action_url": "http://licensing.localhost:8201\\@evil/"},
        {"deadline": "tomorrow"},
        {"reference": "x" * 65},
        {"colour": "red"},
    ],
)
async def test_notice_with_one_thing_wrong(
    journey: Journey, inbox: Inbox, changes: dict[str, Any]
) -> None:
    response = await journey.machine("/notices", notice(journey, **changes))
    assert response.status_code == 400, response.text
    assert not inbox.got


async def test_who_may_do_what(journey: Journey, inbox: Inbox) -> None:
    sent = (await journey.machine("/notices", notice(journey))).json()
    path = f"/notices/{sent['notice_id']}"
    other = dataclasses.replace(journey, department=await journey.idp.department("taxes"))
    assert (await other.machine(path, {})).status_code == 404
    moment = journey.idp.watch().isoformat()
    assert (await journey.machine(f"{path}/known", {"known_at": moment})).status_code == 403
    reader = dataclasses.replace(journey, department=journey.idp.departments["notices"])
    assert (await reader.machine("/notices", notice(journey))).status_code == 403
    early = {"known_at": "2020-01-01T00:00:00Z"}
    assert (await reader.machine(f"{path}/known", early)).status_code == 400
    late = {"known_at": "2030-01-01T00:00:00Z"}
    assert (await reader.machine(f"{path}/known", late)).status_code == 400


async def test_two_relays_at_once_count_one_receipt(journey: Journey, inbox: Inbox) -> None:
    inbox.answer = 500
    sent = (await journey.machine("/notices", notice(journey))).json()
    inbox.answer = 202
    await asyncio.gather(*(notify.relay(sent["notice_id"], journey.idp.world) for _ in range(3)))
    assert len(await journey.idp.events("NoticeReceived")) == 1
    assert urlsplit(inbox.got[0][0]).path == "/intake"
