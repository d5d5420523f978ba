"""RFC 6749 with the corrections of RFC 9700: the token endpoint."""

import pytest

from house.department import DROP
from house.world import Idp


async def test_3_2_the_token_endpoint_takes_post_only(idp: Idp) -> None:
    assert (await idp.browser().get("/token")).status_code == 405


@pytest.mark.parametrize(
    "grant_type",
    [
        "password",
        "client_credentials",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ],
)
async def test_5_2_other_grants_are_unsupported(idp: Idp, grant_type: str) -> None:
    """Attack 79."""
    department = await idp.department()
    response = await department.token(idp.browser(), grant_type=grant_type, username="x")
    assert (response.status_code, response.json()["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("missing", ["grant_type", "code"])
async def test_5_2_missing_parameters_are_invalid_requests(idp: Idp, missing: str) -> None:
    department = await idp.department()
    parameters = {"code": "x"} | {missing: DROP}
    response = await department.token(idp.browser(), **parameters)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_5_2_a_failed_authentication_is_401(idp: Idp) -> None:
    department = await idp.department()
    response = await department.token(idp.browser(), code="x", client_assertion="x")
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


async def test_5_2_an_unknown_code_is_an_invalid_grant(idp: Idp) -> None:
    department = await idp.department()
    response = await department.token(idp.browser(), code="x" * 43)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    allowed = {chr(c) for c in (*range(0x20, 0x22), *range(0x23, 0x5C), *range(0x5D, 0x7F))}
    assert set(response.json()["error_description"]) <= allowed
