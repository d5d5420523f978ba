"""Codes and PKCE: one redemption, by the client it was made for, with what it was bound to."""

import asyncio

import pytest

from house.browsing import Browser, answered
from house.department import DROP, Department
from house.world import Idp
from idp.domain.values import Secret


async def _code(idp: Idp, department: Department, browser: Browser, **parameters: object) -> str:
    citizen = await idp.citizen()
    return (await citizen.log_in(department, browser, **parameters))["code"]


async def _userinfo(browser: Browser, access_token: str) -> int:
    response = await browser.get("/userinfo", authorization=f"Bearer {access_token}")
    return response.status_code


async def test_a_replayed_code_revokes_everything_that_came_of_it(idp: Idp) -> None:
    """Row 42, RFC 6749 §4.1.2; the revocation is committed with its event."""
    department, browser = await idp.department(), idp.browser()
    code = await _code(idp, department, browser)
    tokens = (await department.token(browser, code=code)).json()
    assert await _userinfo(browser, tokens["access_token"]) == 200
    replay = await department.token(browser, code=code)
    assert (replay.status_code, replay.json()["error"]) == (400, "invalid_grant")
    assert await _userinfo(browser, tokens["access_token"]) == 401
    refreshed = await department.token(
        browser, grant_type="refresh_token", refresh_token=tokens["refresh_token"], code=DROP
    )
    assert refreshed.json()["error"] == "invalid_grant"
    assert len(await idp.events("CodeReplayed")) == 1
    assert [e["reason"] for e in await idp.events("GrantRevoked")] == ["code_replayed"]


async def test_fifty_at_once_get_one_answer(idp: Idp) -> None:
    """Row 43, T01."""
    department, browser = await idp.department(), idp.browser()
    code = await _code(idp, department, browser)
    answers = await asyncio.gather(*(department.token(browser, code=code) for _ in range(50)))
    won = [a for a in answers if a.status_code == 200]
    assert len(won) == 1
    assert {a.json()["error"] for a in answers if a.status_code != 200} == {"invalid_grant"}
    assert await _userinfo(browser, won[0].json()["access_token"]) == 401


async def test_fifty_at_once_get_one_answer_on_postgresql(make_idp, postgres_url: str) -> None:
    """Row 57: READ COMMITTED lets two read the same row; only one can redeem it."""
    idp = await make_idp(postgres_url)
    department, browser = await idp.department(), idp.browser()
    code = await _code(idp, department, browser)
    answers = await asyncio.gather(*(department.token(browser, code=code) for _ in range(50)))
    won = [a for a in answers if a.status_code == 200]
    assert len(won) == 1, [a.text for a in answers]
    assert {a.json()["error"] for a in answers if a.status_code != 200} == {"invalid_grant"}
    assert await _userinfo(browser, won[0].json()["access_token"]) == 401


async def test_another_client_cannot_redeem_and_burns_the_code(idp: Idp) -> None:
    """Row 45, T02."""
    owner, thief = await idp.department(), await idp.department("notices")
    browser = idp.browser()
    code = await _code(idp, owner, browser)
    stolen = await thief.token(browser, code=code, redirect_uri=owner.redirect_uri)
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    late = await owner.token(browser, code=code)
    assert late.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "http://licensing.localhost:8201/other"},
        {"redirect_uri": DROP},
        {"code_verifier": DROP},
        {"code_verifier": "x" * 43},
        {"code_verifier": "x"},
        {"code_verifier": "x" * 129},
        {"code_verifier": "ö" * 50},
    ],
    ids=str,
)
async def test_what_does_not_fit_burns_the_code(idp: Idp, wrong: dict[str, object]) -> None:
    """Rows 46, 49, 52: a second try with the right values comes too late."""
    department, browser = await idp.department(), idp.browser()
    code = await _code(idp, department, browser)
    refused = await department.token(browser, code=code, **wrong)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    late = await department.token(browser, code=code)
    assert late.json()["error"] == "invalid_grant"


async def test_a_burnt_code_is_spent_and_its_grant_revoked(idp: Idp) -> None:
    """Each of the two would refuse a second try alone; both are done, with their event."""
    department, browser = await idp.department(), idp.browser()
    code = await _code(idp, department, browser)
    await department.token(browser, code=code, code_verifier="x" * 43)
    async with idp.world.storage.unit_of_work() as work:
        found = await work.grants.code(Secret(code).digest)
        assert found is not None
        grant = await work.grants.grant(found.grant_id)
    assert found.redeemed_at == idp.watch()
    assert grant is not None
    assert grant.revoked_at == idp.watch()
    assert [e["reason"] for e in await idp.events("GrantRevoked")] == ["code_verifier_wrong"]


async def test_a_code_is_dead_after_sixty_seconds(idp: Idp) -> None:
    """Row 47."""
    department, browser = await idp.department(), idp.browser()
    code = await _code(idp, department, browser)
    idp.watch.advance(seconds=60)
    assert (await department.token(browser, code=code)).json()["error"] == "invalid_grant"


async def test_a_code_lives_for_fifty_nine_seconds(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    code = await _code(idp, department, browser)
    idp.watch.advance(seconds=59)
    assert (await department.token(browser, code=code)).status_code == 200


@pytest.mark.parametrize(
    "challenge",
    [
        {"code_challenge": DROP, "code_challenge_method": DROP},
        {"code_challenge": DROP},
        {"code_challenge_method": DROP},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "s256"},
        {"code_challenge_method": "S512"},
        {"code_challenge": "x" * 42},
        {"code_challenge": "x" * 44},
        {"code_challenge": "+" * 43},
        {"code_challenge": "x" * 43},  # sets bits that no SHA-256 has
    ],
    ids=str,
)
async def test_pkce_cannot_be_downgraded(idp: Idp, challenge: dict[str, object]) -> None:
    """Rows 48, 51, T03."""
    department = await idp.department()
    response = await department.push(idp.browser(), **challenge)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_a_verifier_without_a_challenge_is_a_downgrade(idp: Idp) -> None:
    """Row 50: the challenge was stripped on the way (CVE-2024-23647)."""
    department, browser = await idp.department("core", profile="core"), idp.browser()
    code = await _code(idp, department, browser, code_challenge=DROP, code_challenge_method=DROP)
    refused = await department.token(browser, code=code)
    assert refused.json()["error"] == "invalid_grant"


async def test_a_core_client_may_go_without_pkce(idp: Idp) -> None:
    department, browser = await idp.department("core", profile="core"), idp.browser()
    code = await _code(idp, department, browser, code_challenge=DROP, code_challenge_method=DROP)
    assert (await department.token(browser, code=code, code_verifier=DROP)).status_code == 200


@pytest.mark.parametrize("kind", ["request_uri", "access_token", "refresh_token", "approval"])
async def test_another_thing_is_not_a_code(idp: Idp, kind: str) -> None:
    """Row 55: each kind has its own table."""
    department, browser = await idp.department(), idp.browser()
    citizen = await idp.citizen()
    pushed = await department.request_uri(browser)
    tokens = (
        await department.token(browser, code=(await citizen.log_in(department, browser))["code"])
    ).json()
    thing = {
        "request_uri": pushed.rpartition(":")[2],
        "access_token": tokens["access_token"],
        "refresh_token": tokens["refresh_token"],
        "approval": "A" * 24,
    }[kind]
    assert (await department.token(browser, code=thing)).json()["error"] == "invalid_grant"
    refused = await department.token(
        browser, grant_type="refresh_token", refresh_token=tokens["access_token"], code=DROP
    )
    assert refused.json()["error"] == "invalid_grant"
    assert await _userinfo(browser, tokens["refresh_token"]) == 401
    assert await _userinfo(browser, tokens["id_token"]) == 401


async def test_a_code_dies_with_its_session(idp: Idp) -> None:
    """Row 56: logged out between authorize and token."""
    department, browser = await idp.department(), idp.browser()
    citizen = await idp.citizen()
    first = await department.token(
        browser, code=(await citizen.log_in(department, browser))["code"]
    )
    silent = await department.request_uri(browser, prompt="none", purpose=DROP)
    code = answered(await browser.get(department.authorize_url(silent)))["code"]
    out = await browser.get("/end_session?id_token_hint=" + first.json()["id_token"])
    assert out.status_code == 200
    assert (await department.token(browser, code=code)).json()["error"] == "invalid_grant"
    assert await _userinfo(browser, first.json()["access_token"]) == 401


async def test_nothing_that_opens_something_is_stored(idp: Idp) -> None:
    """Row 124: who reads the database can replay nothing."""
    department, browser = await idp.department(), idp.browser()
    citizen = await idp.citizen()
    pushed = await department.request_uri(browser)
    back = await citizen.log_in(department, browser)
    tokens = (await department.token(browser, code=back["code"])).json()
    secrets = [
        pushed.rpartition(":")[2],
        back["code"],
        tokens["access_token"],
        tokens["refresh_token"],
        *browser.cookies.values(),
    ]
    connection = idp.world.storage._database.engine.raw_connection()  # type: ignore[attr-defined]
    dump = "\n".join(connection.iterdump())
    connection.close()
    assert all(secret not in dump for secret in secrets)
