"""Refresh and access tokens, hints, logging out: in the wrong hands, or after the end."""

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from house.browsing import Browser, answered
from house.citizen import Citizen
from house.department import DROP, Department
from house.world import Idp


async def _tokens(
    idp: Idp, department: Department, browser: Browser, citizen: Citizen | None = None
) -> dict[str, str]:
    who = citizen or await idp.citizen()
    back = await who.log_in(department, browser)
    tokens: dict[str, str] = (await department.token(browser, code=back["code"])).json()
    return tokens


async def _refresh(
    department: Department, browser: Browser, **parameters: object
) -> tuple[int, str]:
    base: dict[str, object] = {
        "grant_type": "refresh_token",
        "code": DROP,
        "redirect_uri": DROP,
        "code_verifier": DROP,
    }
    response = await department.token(browser, **(base | parameters))
    return response.status_code, response.json().get("error", "")


async def test_another_client_cannot_use_a_refresh_token(idp: Idp) -> None:
    """Row 111."""
    owner, thief, browser = await idp.department(), await idp.department("notices"), idp.browser()
    tokens = await _tokens(idp, owner, browser)
    token = tokens["refresh_token"]
    assert await _refresh(thief, browser, refresh_token=token) == (400, "invalid_grant")
    assert await _refresh(owner, browser, refresh_token=token) == (200, "")


async def test_refreshing_without_authentication_is_refused(idp: Idp) -> None:
    """Row 112."""
    department, browser = await idp.department(), idp.browser()
    tokens = await _tokens(idp, department, browser)
    answer = await _refresh(
        department,
        browser,
        refresh_token=tokens["refresh_token"],
        client_assertion=DROP,
        client_assertion_type=DROP,
    )
    assert answer == (401, "invalid_client")


async def test_a_refresh_widens_nothing(idp: Idp) -> None:
    """Row 111: scope may shrink, and what the token opens shrinks with it."""
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    back = await citizen.log_in(department, browser, scope="openid identity")
    tokens = (await department.token(browser, code=back["code"])).json()
    token = tokens["refresh_token"]
    wide = await _refresh(department, browser, refresh_token=token, scope="openid contact")
    assert wide == (400, "invalid_scope")
    narrow = await department.token(
        browser,
        grant_type="refresh_token",
        refresh_token=token,
        scope="openid",
        code=DROP,
    )
    access = narrow.json()["access_token"]
    answer = await browser.get("/userinfo", authorization=f"Bearer {access}")
    assert answer.json().keys() == {"sub"}


async def test_a_refresh_token_ends_with_its_consent(idp: Idp) -> None:
    """Row 111, I2: after the withdrawal nothing is minted."""
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    tokens = await _tokens(idp, department, browser, citizen)
    async with idp.world.storage.unit_of_work() as work:
        for consent in await work.grants.consents(citizen.phone.person_id):
            assert await work.grants.withdraw_consent(consent.consent_id, idp.watch())
    answer = await _refresh(department, browser, refresh_token=tokens["refresh_token"])
    assert answer == (400, "invalid_grant")


async def test_a_refresh_token_ends_with_the_login(idp: Idp) -> None:
    """Row 154, I7."""
    department, browser = await idp.department(), idp.browser()
    tokens = await _tokens(idp, department, browser)
    await browser.get("/end_session?id_token_hint=" + tokens["id_token"])
    answer = await _refresh(department, browser, refresh_token=tokens["refresh_token"])
    assert answer == (400, "invalid_grant")


async def test_a_refresh_token_has_an_absolute_end(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    tokens = await _tokens(idp, department, browser)
    for _ in range(11):
        idp.watch.advance(hours=1)
        assert (await _refresh(department, browser, refresh_token=tokens["refresh_token"]))[
            0
        ] == 200
    idp.watch.advance(hours=1)
    answer = await _refresh(department, browser, refresh_token=tokens["refresh_token"])
    assert answer == (400, "invalid_grant")


async def test_an_access_token_ends_after_five_minutes(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    access = (await _tokens(idp, department, browser))["access_token"]
    idp.watch.advance(seconds=299)
    assert (await browser.get("/userinfo", authorization=f"Bearer {access}")).status_code == 200
    idp.watch.advance(seconds=1)
    ended = await browser.get("/userinfo", authorization=f"Bearer {access}")
    assert ended.status_code == 401
    assert ended.headers["www-authenticate"].startswith("Bearer")


async def test_an_access_token_counts_in_its_header_alone(idp: Idp) -> None:
    """Row 113."""
    department, browser = await idp.department(), idp.browser()
    access = (await _tokens(idp, department, browser))["access_token"]
    assert (await browser.get(f"/userinfo?access_token={access}")).status_code == 401
    assert (await browser.post("/userinfo", {"access_token": access})).status_code == 401
    for header in (f"bearer {access}", f"Bearer  {access}"):
        assert (await browser.get("/userinfo", authorization=header)).status_code == 200
    for header in (access, f"Basic {access}", f"Bearer {access} {access}", f"Bearer {access},x"):
        assert (await browser.get("/userinfo", authorization=header)).status_code == 401


async def test_two_departments_know_one_person_by_two_names(idp: Idp) -> None:
    """Row 122: nothing that both receive is the same."""
    one, two = await idp.department(), await idp.department("notices", scopes=["openid"])
    citizen, browser = await idp.citizen(), idp.browser()
    first = await _tokens(idp, one, browser, citizen)
    back = await citizen.log_in(two, browser, scope="openid")
    second = (await two.token(browser, code=back["code"])).json()
    a, b = (jwt.decode(t["id_token"], options={"verify_signature": False}) for t in (first, second))
    shared = {"iss", "iat", "exp", "auth_time", "acr", "amr", "nonce"}
    assert a["sub"] != b["sub"]
    assert not {v for n, v in a.items() if n not in shared} & {
        v for n, v in b.items() if n not in shared
    }


# --- hints and logging out -------------------------------------------------------------------


async def test_a_changed_hint_logs_nobody_out(idp: Idp) -> None:
    """Row 152: an error page, no redirect, the session stays."""
    department, browser = await idp.department(), idp.browser()
    hint = (await _tokens(idp, department, browser))["id_token"]
    head, body, signature = hint.split(".")
    other = ec.generate_private_key(ec.SECP256R1())
    claims = jwt.decode(hint, options={"verify_signature": False})
    forged = [
        f"{head}.{body}.{'A' * len(signature)}",
        f"{head}.{body}.",
        jwt.encode(claims, other, "ES256", headers={"kid": jwt.get_unverified_header(hint)["kid"]}),
        jwt.encode(claims, None, "none"),
        "x",
    ]
    back = department.client.post_logout_redirect_uris[0]
    for text in forged:
        response = await browser.get(
            f"/end_session?id_token_hint={text}&post_logout_redirect_uri={back}"
        )
        assert response.status_code == 400
        assert "location" not in response.headers
    silent = await department.request_uri(browser, prompt="none")
    assert "code" in answered(await browser.get(department.authorize_url(silent)))


@pytest.mark.parametrize(
    "uri",
    [
        "http://licensing.localhost:8201/?x=1",
        "http://licensing.localhost:8201/elsewhere",
        "http://notices.localhost:8201/",
        "http://licensing.localhost:8201/login/callback",
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
    ],
)
async def test_an_unregistered_way_back_is_not_taken(idp: Idp, uri: str) -> None:
    """Row 150, T18: the citizen is logged out and stays with us."""
    department, browser = await idp.department(), idp.browser()
    await idp.department("notices")
    hint = (await _tokens(idp, department, browser))["id_token"]
    response = await browser.get(
        f"/end_session?id_token_hint={hint}&post_logout_redirect_uri={uri}"
    )
    assert response.status_code == 200
    assert "<h1>You are logged out</h1>" in response.text
    assert "__Host-session" not in browser.cookies


async def test_a_log_out_without_proof_asks_first(idp: Idp) -> None:
    """Row 151, T17: an image on a page must not log citizens out."""
    department, browser = await idp.department(), idp.browser()
    await _tokens(idp, department, browser)
    back = department.client.post_logout_redirect_uris[0]
    url = f"/end_session?client_id=licensing&post_logout_redirect_uri={back}&state=s"
    page = await browser.get(url)
    assert page.status_code == 200
    assert "<h1>Log out?</h1>" in page.text
    assert "http://licensing.localhost:8201" in page.headers["content-security-policy"]
    silent = await department.request_uri(browser, prompt="none")
    assert "code" in answered(await browser.get(department.authorize_url(silent)))
    token = page.text.partition('name="form_token" value="')[2].partition('"')[0]
    form = {
        "client_id": "licensing",
        "post_logout_redirect_uri": back,
        "state": "s",
        "form_token": token,
    }
    forged = await browser.post("/end_session", form | {"form_token": "0" * 64})
    assert forged.status_code == 403
    cross = await browser.post("/end_session", form, sec_fetch_site="cross-site")
    assert cross.status_code == 403
    out = await browser.post("/end_session", form)
    assert (out.status_code, out.headers["location"]) == (303, f"{back}?state=s")
    again = await department.request_uri(browser, prompt="none")
    answer = answered(await browser.get(department.authorize_url(again)))
    assert answer["error"] == "login_required"


async def test_another_persons_hint_asks_first(idp: Idp) -> None:
    """Row 152: a hint about somebody else proves nothing about this browser."""
    department, browser = await idp.department(), idp.browser()
    people = [await idp.citizen(person) for person in idp.residents()[:2]]
    hint = (await _tokens(idp, department, idp.browser(), people[1]))["id_token"]
    await _tokens(idp, department, browser, people[0])
    page = await browser.get(f"/end_session?id_token_hint={hint}")
    assert "<h1>Log out?</h1>" in page.text


async def test_a_hint_about_another_person_is_not_answered_with_this_one(idp: Idp) -> None:
    """Row 30: with prompt=none, and after an approval by the wrong person."""
    department, browser = await idp.department(), idp.browser()
    people = [await idp.citizen(person) for person in idp.residents()[:2]]
    hint = (await _tokens(idp, department, idp.browser(), people[1]))["id_token"]
    await _tokens(idp, department, browser, people[0])
    silent = await department.request_uri(browser, prompt="none", id_token_hint=hint)
    back = answered(await browser.get(department.authorize_url(silent)))
    assert back["error"] == "login_required"
    back = await people[0].log_in(department, browser, id_token_hint=hint)
    assert (back["error"], "code" in back) == ("login_required", False)


async def test_another_clients_hint_is_refused(idp: Idp) -> None:
    department, other, browser = (
        await idp.department(),
        await idp.department("notices"),
        idp.browser(),
    )
    hint = (await _tokens(idp, department, browser))["id_token"]
    response = await other.push(browser, id_token_hint=hint)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_prompt_login_and_max_age_need_a_fresh_approval(idp: Idp) -> None:
    """Row 28."""
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    await citizen.log_in(department, browser)
    idp.watch.advance(seconds=20)
    for parameters in ({"prompt": "login"}, {"max_age": "10"}, {"prompt": "select_account"}):
        pushed = await department.request_uri(browser, **parameters)
        shown = await browser.get(department.authorize_url(pushed))
        assert shown.headers["location"].startswith("/approvals/")
    before = idp.watch().timestamp()
    back = await citizen.log_in(department, browser, max_age="10")
    tokens = (await department.token(browser, code=back["code"])).json()
    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert claims["auth_time"] >= before


async def test_a_wider_request_is_a_new_question(idp: Idp) -> None:
    """Row 162, T19: consent covers what was asked, for the purpose it was asked for."""
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    await citizen.log_in(department, browser, scope="openid")
    for parameters, expected in (
        ({"scope": "openid"}, "code"),
        ({"scope": "openid identity"}, "error"),
    ):
        silent = await department.request_uri(browser, prompt="none", **parameters)
        assert expected in answered(await browser.get(department.authorize_url(silent)))
    await citizen.log_in(department, browser, scope="openid identity", purpose="Renew a licence")
    for purpose, expected in (("Renew a licence", "code"), ("Something else", "error")):
        silent = await department.request_uri(
            browser, prompt="none", scope="openid identity", purpose=purpose
        )
        assert expected in answered(await browser.get(department.authorize_url(silent)))


async def test_an_idle_session_is_no_session(idp: Idp) -> None:
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    await citizen.log_in(department, browser)
    for minutes, expected in ((29, "code"), (29, "code"), (31, "error")):
        idp.watch.advance(minutes=minutes)
        silent = await department.request_uri(browser, prompt="none")
        assert expected in answered(await browser.get(department.authorize_url(silent)))
