"""OpenID Connect Core 1.0, the clauses that are used."""

import jwt
from jwt import PyJWKSet

from house.world import Idp


async def test_3_1_2_5_a_login_ends_with_code_state_and_iss(idp: Idp) -> None:
    department, citizen = await idp.department(), await idp.citizen()
    browser = idp.browser()
    back = await citizen.log_in(department, browser)
    assert back.keys() == {"code", "state", "iss"}
    assert (back["state"], back["iss"]) == ("state-1", idp.issuer)
    tokens = await department.token(browser, code=back["code"])
    assert tokens.status_code == 200, tokens.text
    keys = PyJWKSet.from_dict((await browser.get("/jwks")).json())
    claims = jwt.decode(
        tokens.json()["id_token"], keys.keys[0], ["ES256"],
        audience="licensing", issuer=idp.issuer, options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["nonce"] == "nonce-1"
    answer = await browser.get("/userinfo", authorization="Bearer " + tokens.json()["access_token"])
    assert answer.status_code == 200
    print(answer.json(), claims)
