"""Senders who are slow, who are many, and who spell what no page of ours spells."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router
from world.papers import page
from world.signing import Journey

from house.department import Department
from house.world import Idp
from idp.domain.errors import ProtocolError
from idp.signing.notice import read_notice
from idp.web import document_pages, verify
from idp.web.errors import Unexpected
from idp.web.security import BodyDeadline

DOCUMENT = page("An agreement")
TEXTS = {"en": "Your licence", "zh-Hant-HK": "你的牌照", "zh-Hans": "你的牌照"}


@pytest_asyncio.fixture
async def journey(idp: Idp) -> Journey:
    return await Journey.begin(idp)


async def slow_post(
    app: Any, path: str, body: bytes, before_the_rest: Callable[[], Awaitable[None]]
) -> tuple[int, bytes]:
    """POST half of a body, let something happen, then send the rest."""
    half = len(body) // 2
    parts = [body[:half], body[half:]]
    answer: dict[str, Any] = {"body": b""}

    async def receive() -> dict[str, Any]:
        if len(parts) == 1:
            await before_the_rest()
        if not parts:
            await asyncio.sleep(3600)
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Any) -> None:
        answer["status"] = message.get("status", answer.get("status"))
        answer["body"] += message.get("body", b"")

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded")],
        "client": ("127.0.0.1", 1),
        "server": ("id.localhost", 8200),
    }
    await app(scope, receive, send)
    return answer["status"], answer["body"]


def notice_of(journey: Journey) -> bytes:
    content = {"sub": journey.sub, "category": "licence", "subject": TEXTS, "body": TEXTS}
    form = journey.department.authenticated(notice=json.dumps(content))
    return urlencode(form).encode()


async def test_a_slow_body_cannot_date_a_notice_back(journey: Journey) -> None:
    """The moment of sending (ETO s. 19(1)) is when the notice was here, not when it began."""

    async def a_little_later() -> None:
        journey.idp.watch.advance(seconds=15)

    status, body = await slow_post(journey.idp.app, "/notices", notice_of(journey), a_little_later)
    sent_at = json.loads(body)["sent_at"]
    assert (status, sent_at) == (202, journey.idp.watch().isoformat().replace("+00:00", "Z"))


async def test_an_assertion_that_ran_out_on_the_way_is_refused(journey: Journey) -> None:
    async def much_later() -> None:
        journey.idp.watch.advance(days=3)

    status, body = await slow_post(journey.idp.app, "/notices", notice_of(journey), much_later)
    assert (status, json.loads(body)["error"]) == (401, "invalid_client")


async def test_a_body_that_does_not_come_ends_the_request() -> None:
    async def read(request: Request) -> Response:
        return PlainTextResponse(await request.body())

    inner = Router(routes=[Route("/", read, methods=["POST"])])
    app = BodyDeadline(Unexpected(inner), seconds=0.05)

    async def never() -> None:
        await asyncio.sleep(3600)

    status, _ = await asyncio.wait_for(slow_post(app, "/", b"half", never), 5)
    assert status == 408


async def test_whoever_comes_to_a_full_verification_is_asked_to_come_again(
    idp: Idp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "AT_MOST", 0)
    browser = idp.browser()
    headers = {"content-type": "multipart/form-data; boundary=x", "accept": "application/json"}
    response = await browser._send("POST", "/verify", headers, b"--x--")
    assert (response.status_code, response.json()["error"]) == (503, "temporarily_unavailable")
    monkeypatch.setattr(verify, "AT_MOST", 1)
    for _ in range(3):  # a place is given back, also after a refusal
        response = await browser._send("POST", "/verify", headers, b"--x--")
        assert response.status_code == 400


@pytest.mark.parametrize("number", [0, 2, 10**30])
async def test_a_page_that_is_not_there_costs_no_process(
    journey: Journey, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    identifier = await journey.asked(DOCUMENT)
    await journey.begun(identifier)

    def no_process(_request: object) -> None:
        raise AssertionError("a worker was asked")

    monkeypatch.setattr(document_pages, "documents", no_process)
    response = await journey.browser.get(f"/signing/{identifier}/pages/{number}.png")
    assert response.status_code == 404


@pytest.mark.parametrize("path", ["/approvals/a%00b", "/signing/a%00b", "/signing/%1b/text"])
async def test_a_path_with_control_characters_leads_nowhere(
    make_idp: Callable[..., Any], postgres_url: str, path: str
) -> None:
    idp = await make_idp(postgres_url)
    response = await idp.browser().get(path)
    assert response.status_code == 404


@pytest.mark.parametrize("sub", ["a\0b", "\ud800"], ids=["nul", "surrogate"])
def test_a_subject_that_no_database_looks_up_is_unknown(sub: str, idp: Idp) -> None:
    department = Department.found("licensing", idp.issuer, idp.watch)
    notice = {"sub": sub, "category": "licence", "subject": TEXTS, "body": TEXTS}
    with pytest.raises(ProtocolError, match="subject_unknown"):
        read_notice(notice, department.client)


async def test_a_client_that_no_database_looks_up_is_unknown(
    make_idp: Callable[..., Any], postgres_url: str
) -> None:
    idp = await make_idp(postgres_url)
    department = await idp.department()
    form = department.authenticated(
        client_id="licensing", client_assertion=department.assertion(iss="a\0", sub="a\0")
    )
    response = await idp.browser().post("/par", form, accept="application/json")
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


async def test_fields_with_control_characters_are_refused(journey: Journey) -> None:
    response = await journey.ask(DOCUMENT, state="a\0b")
    assert isinstance(response, httpx.Response)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
