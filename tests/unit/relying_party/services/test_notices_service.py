"""The inbox: what it takes in, what it shows, what it reports."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from tests.world.issuer import Issuer
from tests.world.visitor import Visitor

NOTICES = "http://notices.localhost:8181"


async def deliver(departments: Starlette, token: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=departments)
    async with httpx.AsyncClient(transport=transport) as client:
        return await client.post(f"{NOTICES}/intake", data={"notice": token})


async def test_a_notice_is_shown_and_opening_it_is_reported_once(
    departments: Starlette, visitor: Visitor, issuer: Issuer
) -> None:
    answer = await deliver(departments, issuer.delivery())
    assert answer.status_code == 202
    assert answer.json()["received_at"] == "2026-11-21T09:30:00+00:00"
    await visitor.get(f"{NOTICES}/login?return_to=/inbox")
    assert "Your driving licence runs out" in visitor.page
    assert "Unread:" in visitor.page
    assert "150 days left" in visitor.page
    await visitor.get("/inbox/n-1")
    assert "When this notice reached you" in visitor.page
    assert "Leads to licensing.localhost" in visitor.page
    await visitor.get("/inbox/n-1")
    assert issuer.known == ["n-1 2026-11-21T09:30:00+00:00"]
    await visitor.get("/inbox")
    assert "Unread:" not in visitor.page


async def test_the_same_delivery_again_is_answered_the_same(
    departments: Starlette, visitor: Visitor, issuer: Issuer
) -> None:
    first = await deliver(departments, issuer.delivery())
    second = await deliver(departments, issuer.delivery(sub="somebody-else"))
    assert first.json() == second.json()
    await visitor.get(f"{NOTICES}/login?return_to=/inbox")
    assert visitor.page.count("Your driving licence runs out") == 1


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"aud": "licensing"}, "wrong_audience"),
        ({"aud": ["notices", "licensing"]}, "wrong_audience"),
        ({"iss": "http://id.localhost:1"}, "wrong_issuer"),
        ({"iat": 1}, "expired"),
        ({"iat": 4102444800}, "not_yet_valid"),
        ({"iat": True}, "missing_claim"),
        ({"sub": None}, "missing_claim"),
        ({"jti": None}, "malformed"),
        ({"jti": "x\u202ey"}, "malformed"),
        ({"notice": {"subject": {"en": "x"}}}, "malformed"),
    ],
)
async def test_a_delivery_that_is_not_ours_is_refused(
    departments: Starlette, issuer: Issuer, claims: dict[str, Any], reason: str
) -> None:
    answer = await deliver(departments, issuer.delivery(**claims))
    assert (answer.status_code, answer.json()["reason"]) == (400, reason)


async def test_an_id_token_is_no_delivery(departments: Starlette, issuer: Issuer) -> None:
    answer = await deliver(departments, issuer.id_token("notices", "nonce"))
    assert answer.json()["reason"] == "wrong_type"


async def test_a_link_to_a_script_is_no_link(departments: Starlette, issuer: Issuer) -> None:
    notice = {"category": "x", "subject": {"en": "x"}, "body": {"en": "x"}}
    token = issuer.delivery(notice={**notice, "action_url": "javascript:alert(1)"})
    assert (await deliver(departments, token)).status_code == 400


async def test_a_report_that_fails_waits_and_is_sent_later(
    departments: Starlette, visitor: Visitor, issuer: Issuer
) -> None:
    await deliver(departments, issuer.delivery())
    issuer.twist["known_down"] = True
    await visitor.get(f"{NOTICES}/login?return_to=/inbox/n-1")
    assert visitor.response.status_code == 200
    assert issuer.known == []
    issuer.twist.clear()
    for _ in range(80):
        if issuer.known:
            break
        await asyncio.sleep(0.1)
    assert len(issuer.known) == 1


async def test_an_empty_inbox_explains_itself(visitor: Visitor) -> None:
    await visitor.get(f"{NOTICES}/login?return_to=/inbox")
    assert "No notices yet" in visitor.page


async def test_a_message_of_somebody_else_is_not_there(
    departments: Starlette, visitor: Visitor, issuer: Issuer
) -> None:
    await deliver(departments, issuer.delivery(sub="somebody-else"))
    await visitor.get(f"{NOTICES}/login?return_to=/inbox/n-1")
    assert visitor.response.status_code == 404
