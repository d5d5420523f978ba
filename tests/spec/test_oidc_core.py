"""OpenID Connect Core 1.0, the clauses that are used."""

from typing import Any

import jwt
import pytest
from jwt import PyJWKSet

from house.browsing import Browser, answered
from house.citizen import approval_of
from house.department import DROP, Department
from house.world import Idp


async def _claims(browser: Browser, token: str, audience: str = "licensing") -> dict[str, Any]:
    """An ID token as a department checks it, with another library than ours (§3.1.3.7)."""
    header = jwt.get_unverified_header(token)
    keys = PyJWKSet.from_dict((await browser.get("/jwks")).json())
    claims: dict[str, Any] = jwt.decode(
        token,
        keys[header["kid"]],
        ["ES256"],
        audience=audience,
        issuer=browser.origin,
        # The tests' clock is not this machine's.
        options={"verify_exp": False, "verify_iat": False, "require": ["exp", "iat", "sub"]},
    )
    return claims


async def _login(
    idp: Idp, department: Department, browser: Browser, **parameters: Any
) -> dict[str, Any]:
    citizen = await idp.citizen()
    back = await citizen.log_in(department, browser, **parameters)
    tokens: dict[str, Any] = (await department.token(browser, code=back["code"])).json()
    return tokens


async def test_2_the_id_token_has_its_claims_and_no_others(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    tokens = await _login(idp, department, browser)
    claims = await _claims(browser, tokens["id_token"])
    assert claims.keys() == {
        "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash"
    }  # fmt: skip
    assert claims["exp"] - claims["iat"] == 300
    assert claims["nonce"] == "nonce-1"


async def test_3_1_2_1_scope_openid_is_required(idp: Idp) -> None:
    department = await idp.department()
    response = await department.push(idp.browser(), scope="identity")
    assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")


async def test_3_1_2_1_authorize_takes_get_and_post(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    form = {
        "client_id": "licensing",
        "request_uri": await department.request_uri(browser),
    }
    shown = await browser.post("/authorize", form, sec_fetch_site="cross-site")
    assert approval_of(shown)


async def test_3_1_2_1_display_and_hints_do_no_harm(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    tokens = await _login(
        idp,
        department,
        browser,
        display="popup",
        ui_locales="../../etc zh-Hant-HK <b>",
        claims_locales="xx",
        login_hint="somebody@example.org",
        acr_values="urn:onechop:acr:passkey urn:other",
        unknown="x",
    )
    assert (await _claims(browser, tokens["id_token"]))["acr"] == "urn:onechop:acr:passkey"


async def test_3_1_2_3_prompt_none_never_shows_a_page(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    url = department.authorize_url(await department.request_uri(browser, prompt="none"))
    back = answered(await browser.get(url))
    assert back["error"] == "login_required"


async def test_3_1_2_3_auth_time_is_stable_across_silent_logins(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    first = await _claims(browser, (await _login(idp, department, browser))["id_token"])
    idp.watch.advance(minutes=10)
    silent = await department.request_uri(browser, prompt="none", max_age="10000")
    code = answered(await browser.get(department.authorize_url(silent)))["code"]
    tokens = (await department.token(browser, code=code)).json()
    second = await _claims(browser, tokens["id_token"])
    assert first["auth_time"] == second["auth_time"] < second["iat"]
    assert first["sub"] == second["sub"]


async def test_3_1_2_4_consent_is_asked_for_once(idp: Idp) -> None:
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    await citizen.log_in(department, browser, chosen=["email"])
    code = answered(
        await browser.get(department.authorize_url(await department.request_uri(browser)))
    )["code"]
    access = (await department.token(browser, code=code)).json()["access_token"]
    answer = (await browser.get("/userinfo", authorization=f"Bearer {access}")).json()
    assert "email" in answer
    assert "phone_number" not in answer


async def test_3_1_2_4_prompt_consent_asks_again(idp: Idp) -> None:
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    await citizen.log_in(department, browser)
    pushed = await department.request_uri(browser, prompt="consent")
    shown = await browser.get(department.authorize_url(pushed))
    approval = await citizen.approval(approval_of(shown))
    assert (approval.kind, approval.person_id) == ("release", citizen.phone.person_id)


async def test_3_1_2_5_the_answer_has_code_state_and_iss(idp: Idp) -> None:
    department, citizen = await idp.department(), await idp.citizen()
    back = await citizen.log_in(department, idp.browser())
    assert back.keys() == {"code", "state", "iss"}
    assert (back["state"], back["iss"]) == ("state-1", idp.issuer)


async def test_3_1_2_5_without_state_none_comes_back(idp: Idp) -> None:
    department, citizen = await idp.department(), await idp.citizen()
    back = await citizen.log_in(department, idp.browser(), state=DROP)
    assert back.keys() == {"code", "iss"}


async def test_3_1_3_3_tokens_are_not_cached(idp: Idp) -> None:
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    back = await citizen.log_in(department, browser)
    response = await department.token(browser, code=back["code"])
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 300
    assert body["scope"] == "openid identity contact"


async def test_5_4_a_standard_scope_releases_its_own_claim_alone(idp: Idp) -> None:
    department = await idp.department(scopes=["openid", "name", "email", "phone", "address"])
    citizen, browser = await idp.citizen(), idp.browser()
    back = await citizen.log_in(department, browser, ["email"], scope="openid name email phone")
    token = (await department.token(browser, code=back["code"])).json()["access_token"]

    found = (await browser.get("/userinfo", authorization=f"Bearer {token}")).json()

    assert found.keys() == {"sub", "name_en", "email", "_sources"}
    assert found["_sources"].keys() == {"name_en", "email"}


async def test_3_1_2_6_a_bundle_is_refused_to_whom_it_was_not_given(idp: Idp) -> None:
    department = await idp.department(scopes=["openid", "name"])
    response = await department.push(idp.browser(), scope="openid identity")
    assert response.json()["error"] == "invalid_scope"


async def test_3_1_3_3_without_nonce_there_is_none(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    tokens = await _login(idp, department, browser, nonce=DROP)
    assert "nonce" not in await _claims(browser, tokens["id_token"])


async def test_3_1_3_6_at_hash_binds_the_access_token(idp: Idp) -> None:
    import base64
    import hashlib

    department, browser = await idp.department(), idp.browser()
    tokens = await _login(idp, department, browser)
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    claims = await _claims(browser, tokens["id_token"])
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()


@pytest.mark.parametrize("method", ["get", "post"])
async def test_5_3_userinfo_by_get_and_post(idp: Idp, method: str) -> None:
    department, browser = await idp.department(), idp.browser()
    tokens = await _login(idp, department, browser)
    header = "Bearer " + tokens["access_token"]
    if method == "get":
        answer = await browser.get("/userinfo", authorization=header)
    else:
        answer = await browser.post("/userinfo", {}, authorization=header)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["sub"] == (await _claims(browser, tokens["id_token"]))["sub"]


async def test_5_3_2_only_released_claims_with_their_sources(idp: Idp) -> None:
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    back = await citizen.log_in(department, browser, chosen=["phone_number"])
    tokens = (await department.token(browser, code=back["code"])).json()
    header = "Bearer " + tokens["access_token"]
    answer = (await browser.get("/userinfo", authorization=header)).json()
    assert answer.keys() == {
        "sub", "hkid", "name_en", "birthdate", "gender", "phone_number", "_sources"
    }  # fmt: skip
    assert answer["_sources"].keys() == answer.keys() - {"sub", "_sources"}
    assert answer["_sources"]["hkid"]["source"] == "registered"
    assert answer["_sources"]["phone_number"]["source"] == "self_declared"
    events = await idp.events("DataReleased")
    assert [sorted(e["claims"]) for e in events] == [
        ["birthdate", "gender", "hkid", "name_en", "phone_number"]
    ]
    assert answer["hkid"] not in str(events)


async def test_8_1_subjects_are_pairwise_and_stay(idp: Idp) -> None:
    one, two = await idp.department(), await idp.department("notices")
    citizen, subjects = await idp.citizen(), []
    for department in (one, two, one):
        browser = idp.browser()
        back = await citizen.log_in(department, browser)
        tokens = (await department.token(browser, code=back["code"])).json()
        claims = await _claims(browser, tokens["id_token"], department.client.client_id)
        subjects.append(claims["sub"])
        async with idp.world.storage.unit_of_work() as work:
            sector = department.client.sector_identifier
            found = await work.grants.person_of_subject(sector, claims["sub"])
            assert found == citizen.phone.person_id
    assert subjects[0] == subjects[2] != subjects[1]
    assert citizen.phone.person_id not in subjects


async def test_12_2_a_refreshed_id_token_keeps_sub_and_auth_time(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    tokens = await _login(idp, department, browser)
    idp.watch.advance(minutes=20)
    refreshed = await department.token(
        browser,
        grant_type="refresh_token",
        refresh_token=tokens["refresh_token"],
        code=DROP,
        redirect_uri=DROP,
        code_verifier=DROP,
    )
    body = refreshed.json()
    assert "refresh_token" not in body  # not rotated: FAPI 2.0 SP §5.3.2.1 (9)
    old = await _claims(browser, tokens["id_token"])
    new = await _claims(browser, body["id_token"])
    for name in ("iss", "sub", "aud", "auth_time"):
        assert old[name] == new[name]
    assert new["iat"] > old["iat"]
    assert "nonce" not in new
