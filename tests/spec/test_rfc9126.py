"""RFC 9126, pushed authorization requests."""

from house.department import DROP
from house.world import Idp


async def test_2_1_the_client_authenticates_as_at_the_token_endpoint(idp: Idp) -> None:
    department = await idp.department()
    response = await department.push(
        idp.browser(), client_assertion=DROP, client_assertion_type=DROP
    )
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


async def test_2_1_client_id_must_be_the_authenticated_client(idp: Idp) -> None:
    department = await idp.department()
    await idp.department("notices")
    response = await department.push(idp.browser(), client_id="notices")
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


async def test_2_2_the_answer_is_201_with_uri_and_lifetime(idp: Idp) -> None:
    department = await idp.department()
    response = await department.push(idp.browser())
    assert response.status_code == 201
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert body.keys() == {"request_uri", "expires_in"}
    assert body["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert 5 <= body["expires_in"] < 600  # FAPI 2.0 SP §5.3.2.2 (12)


async def test_2_2_no_two_uris_are_alike(idp: Idp) -> None:
    department, browser = await idp.department(), idp.browser()
    uris = {await department.request_uri(browser) for _ in range(10)}
    assert len(uris) == 10


async def test_2_3_errors_are_json_in_the_form_of_the_token_endpoint(idp: Idp) -> None:
    department = await idp.department()
    response = await department.push(idp.browser(), response_type="token")
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {
        "error": "unsupported_response_type",
        "error_description": "response type not code",
    }


async def test_2_3_another_method_is_405(idp: Idp) -> None:
    response = await idp.browser().get("/par")
    assert response.status_code == 405
    assert "POST" in response.headers["allow"]
