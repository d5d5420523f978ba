"""OpenID Connect Discovery 1.0 and RFC 8414: the documents say what is there."""

import json

from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from house.world import Idp

OPENID = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"


async def test_discovery_4_2_the_issuer_is_exact_and_every_endpoint_answers(idp: Idp) -> None:
    browser = idp.browser()
    document = (await browser.get(OPENID)).json()
    assert document["issuer"] == idp.issuer
    for name, url in document.items():
        if name.endswith(("_endpoint", "_uri")):
            response = await browser.get(url.removeprefix(idp.issuer), accept="application/json")
            assert response.status_code != 404, name


async def test_3_every_scope_and_claim_is_named_once(idp: Idp) -> None:
    found = (await idp.browser().get(OPENID)).json()
    assert {"openid", "name", "hkid", "birthdate", "gender"} <= {*found["scopes_supported"]}
    assert {"email", "phone", "address"} <= {*found["scopes_supported"]}
    for name in ("scopes_supported", "claims_supported"):
        assert len(set(found[name])) == len(found[name])


async def test_rfc8414_3_both_documents_are_the_same(idp: Idp) -> None:
    browser = idp.browser()
    assert (await browser.get(OPENID)).content == (await browser.get(OAUTH)).content


async def test_rfc8414_2_another_implementation_finds_the_metadata_valid(idp: Idp) -> None:
    text = (await idp.browser().get(OAUTH)).text
    # Authlib asks for https everywhere; only the demonstration's *.localhost goes without.
    metadata = AuthorizationServerMetadata(json.loads(text.replace("http://", "https://")))
    for name in (
        "authorization_endpoint",
        "jwks_uri",
        "scopes_supported",
        "response_types_supported",
        "response_modes_supported",
        "grant_types_supported",
        "token_endpoint_auth_methods_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "ui_locales_supported",
        "code_challenge_methods_supported",
    ):
        getattr(metadata, f"validate_{name}")()


async def test_rfc9110_13_1_2_a_known_etag_is_answered_without_a_body(idp: Idp) -> None:
    browser = idp.browser()
    for path in (OPENID, OAUTH, "/jwks"):
        first = await browser.get(path)
        assert first.headers["content-type"] == "application/json"
        assert first.headers["cache-control"] == "public, max-age=300"
        again = await browser.get(path, if_none_match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")
        other = await browser.get(path, if_none_match='"x"')
        assert other.status_code == 200


async def test_rfc7517_4_the_key_set_has_public_members_only(idp: Idp) -> None:
    """Attack 126."""
    keys = (await idp.browser().get("/jwks")).json()["keys"]
    assert [set(key) for key in keys] == [{"kty", "crv", "x", "y", "kid", "alg", "use"}]
