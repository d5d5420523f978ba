"""Redirects and the front channel: whatever is wrong with them, nothing leaves for elsewhere."""

from urllib.parse import urlencode

import pytest

from house.browsing import answered
from house.department import DROP
from house.world import Idp
from idp.domain.errors import JourneyError
from idp.domain.values import Secret
from idp.flows.oidc.authorize import resume

TRICKS = [
    "http://licensing.localhost.evil.example:8201/login/callback",
    "http://evil-licensing.localhost:8201/login/callback",
    "http://licensing.localhost:8201@evil.example/login/callback",
    "http://licensing.localhost:8201\\@evil.example/login/callback",
    "http://licensing.localhost:8201/login/../login/callback",
    "http://licensing.localhost:8201/login/%2e%2e/callback",
    "http://licensing.localhost:8201/login/callback/",
    "http://licensing.localhost:8201/login/Callback",
    "http://licensing.localhost:8201/login/callback?next=x",
    "http://licensing.localhost:8201/login/callback#fragment",
    "http://licensing.localhost:8202/login/callback",
    "http://licensing.localhost/login/callback",
    "https://licensing.localhost:8201/login/callback",
    "http://LICENSING.localhost:8201/login/callback",
    "http://127.0.0.1:8201/login/callback",
    "//licensing.localhost:8201/login/callback",
    "javascript:alert(1)",
    "data:text/html,x",
    " http://licensing.localhost:8201/login/callback",
    "http://licensing.localhost:8201/login/callback ",
]


@pytest.mark.parametrize("redirect_uri", TRICKS)
async def test_redirect_uri_tricks_are_refused_at_the_push(idp: Idp, redirect_uri: str) -> None:
    department = await idp.department()
    response = await department.push(idp.browser(), redirect_uri=redirect_uri)
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_request"


@pytest.mark.parametrize("redirect_uri", TRICKS)
async def test_redirect_uri_tricks_get_a_page_and_no_location(idp: Idp, redirect_uri: str) -> None:
    """Row 1-4, 11: for a client that need not push."""
    department = await idp.department("core", profile="core")
    query = urlencode(department.request(redirect_uri=redirect_uri, response_type="token"))
    response = await idp.browser().get(f"/authorize?{query}")
    assert response.status_code == 400
    assert "location" not in response.headers
    assert "<h1>We cannot send you back safely</h1>" in response.text
    assert 'href="http' not in response.text
    assert 'action="http' not in response.text


@pytest.mark.parametrize(
    ("parameter", "value", "error"),
    [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "id_token", "unsupported_response_type"),
        ("response_type", "code token", "unsupported_response_type"),
        ("response_type", "code code", "unsupported_response_type"),
        ("response_type", DROP, "invalid_request"),
        ("response_mode", "fragment", "invalid_request"),
        ("response_mode", "form_post", "invalid_request"),
        ("response_mode", "query.jwt", "invalid_request"),
        ("scope", "identity", "invalid_scope"),
        ("scope", 'openid "', "invalid_scope"),
        ("prompt", "none login", "invalid_request"),
        ("prompt", "unknown", "invalid_request"),
        ("prompt", "none", "login_required"),
        ("max_age", "-1", "invalid_request"),
        ("max_age", "1e400", "invalid_request"),
        ("request", "e30.e30.e30", "request_not_supported"),
        ("id_token_hint", "e30.e30.e30", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("purpose", "ab", "invalid_request"),
    ],
)
async def test_errors_travel_with_iss_and_state_once_the_way_is_known(
    idp: Idp, parameter: str, value: object, error: str
) -> None:
    """Rows 14, 16, 26, 29, 30, 38."""
    department = await idp.department("core", profile="core")
    query = urlencode(department.request(**{parameter: value}))
    back = answered(await idp.browser().get(f"/authorize?{query}"))
    assert back["error"] == error
    assert back["state"] == "state-1"
    assert back["iss"] == idp.issuer
    assert "code" not in back


async def test_a_request_that_was_not_pushed_gets_a_page(idp: Idp) -> None:
    """Row 86: gov_high clients push."""
    department = await idp.department()
    response = await idp.browser().get("/authorize?" + urlencode(department.request()))
    assert response.status_code == 400
    assert "location" not in response.headers


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "scope", "nonce", "x"])
async def test_any_parameter_sent_twice_is_refused(idp: Idp, name: str) -> None:
    """Row 17, T05: in the query and in the body."""
    department = await idp.department("core", profile="core")
    form = {**department.request(), "x": "1"}
    query = urlencode([*form.items(), (name, form[name])])
    browser = idp.browser()
    response = await browser.get(f"/authorize?{query}")
    assert response.status_code == 400
    assert "location" not in response.headers
    body = urlencode([*department.authenticated(**form).items(), (name, form[name])])
    pushed = await browser._client.post(
        "/par", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert pushed.status_code == 400
    assert pushed.json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    "raw",
    [
        "state=%00",
        "state=a%0d%0aSet-Cookie:x",
        "state=%ff%fe",
        "state=%zz",
        "state=%c2%85",
        "state=" + "s" * 50_000,
        "nonce=" + "n" * 5_000,
        "scope=" + "s" * 5_000,
        "%00=1",
        "na me=1",
        "&".join(f"p{i}=1" for i in range(100)),
    ],
)
async def test_bytes_nobody_should_send_are_refused(idp: Idp, raw: str) -> None:
    """Row 18."""
    department = await idp.department("core", profile="core")
    query = urlencode(department.request(state=DROP, nonce=DROP, scope=DROP))
    response = await idp.browser().get(f"/authorize?{query}&{raw}")
    assert response.status_code == 400
    assert "location" not in response.headers


async def test_a_long_but_sane_state_comes_back_byte_for_byte(idp: Idp) -> None:
    department, citizen = await idp.department(), await idp.citizen()
    state = "-._~+/= &?#%\"'<>é印" + "s" * 3000
    back = await citizen.log_in(department, idp.browser(), state=state)
    assert back["state"] == state


async def test_extra_parameters_beside_request_uri_are_ignored(idp: Idp) -> None:
    """Row 85, RFC 9126 §4."""
    department, browser = await idp.department(), idp.browser()
    url = department.authorize_url(await department.request_uri(browser, prompt="none"))
    back = answered(
        await browser.get(f"{url}&redirect_uri=https://evil.example/&state=evil&prompt=login")
    )
    assert back["error"] == "login_required"
    assert back["state"] == "state-1"


async def test_host_and_forwarded_headers_change_nothing(idp: Idp) -> None:
    """Row 36: addresses come from settings."""
    browser = idp.browser()
    response = await browser.get(
        "/.well-known/openid-configuration",
        host="evil.example",
        x_forwarded_host="evil.example",
        x_forwarded_proto="https",
    )
    assert response.json()["issuer"] == idp.issuer
    assert "evil" not in response.text


async def test_pages_cannot_be_framed_nor_leak_their_address(idp: Idp) -> None:
    """Rows 19, 20."""
    response = await idp.browser().get("/authorize?client_id=nobody")
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cache-control"] == "no-store"


async def test_markup_in_parameters_is_not_markup_on_the_page(idp: Idp) -> None:
    """Row 15, T22."""
    response = await idp.browser().get(
        "/authorize?" + urlencode({"client_id": "<script>alert(1)</script>"})
    )
    assert response.status_code == 400
    assert "<script>alert" not in response.text


async def test_another_browser_cannot_take_the_result(idp: Idp) -> None:
    """Rows 23, 131: the victim approved what an attacker's browser began, or the other way."""
    department, citizen = await idp.department(), await idp.citizen()
    began, other = idp.browser(), idp.browser()
    shown = await began.get(department.authorize_url(await department.request_uri(began)))
    path = shown.headers["location"]
    await citizen.approve(path.removeprefix("/approvals/"))
    await other.get("/authorize?client_id=licensing")
    stolen = await other.get(f"{path}/continue")
    assert stolen.status_code in {403, 404}
    assert "location" not in stolen.headers
    other.cookies["__Host-browser"] = "A" * 43
    stolen = await other.get(f"{path}/continue")
    assert stolen.status_code in {403, 404}
    assert answered(await began.get(f"{path}/continue"))["code"]


async def test_the_flow_itself_refuses_another_browser(idp: Idp) -> None:
    """The page checks the browser as well; the flow does not rely on it."""
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    shown = await browser.get(department.authorize_url(await department.request_uri(browser)))
    approval_id = shown.headers["location"].removeprefix("/approvals/")
    await citizen.approve(approval_id)
    with pytest.raises(JourneyError, match="not_this_browser"):
        await resume(approval_id, Secret("A" * 43), idp.world)


async def test_a_login_changes_the_session_whatever_was_there(idp: Idp) -> None:
    """Row 22, T14: a preset cookie opens nothing, and the old session is dead after a login."""
    department, citizen = await idp.department(), await idp.citizen()
    browser = idp.browser()
    browser.cookies["__Host-session"] = "A" * 43
    await citizen.log_in(department, browser)
    first = browser.cookies["__Host-session"]
    assert first != "A" * 43
    await citizen.log_in(department, browser, prompt="login")
    assert browser.cookies["__Host-session"] != first
    old = idp.browser()
    old.cookies["__Host-session"] = first
    silent = await department.request_uri(old, prompt="none")
    back = answered(await old.get(department.authorize_url(silent)))
    assert back["error"] == "login_required"


async def test_two_tabs_finish_out_of_order_each_with_its_own(idp: Idp) -> None:
    """Row 25."""
    department, browser = await idp.department(), idp.browser()
    people = [await idp.citizen(person) for person in idp.residents()[:2]]
    paths = []
    for state in ("one", "two"):
        pushed = await department.request_uri(browser, state=state)
        paths.append((await browser.get(department.authorize_url(pushed))).headers["location"])
    for path, citizen in zip(paths, people, strict=True):
        await citizen.approve(path.removeprefix("/approvals/"))
    second = answered(await browser.get(f"{paths[1]}/continue"))
    first = answered(await browser.get(f"{paths[0]}/continue"))
    assert (first["state"], second["state"]) == ("one", "two")
    names = []
    for back in (first, second):
        tokens = await department.token(browser, code=back["code"])
        token = "Bearer " + tokens.json()["access_token"] if tokens.status_code == 200 else ""
        names.append((await browser.get("/userinfo", authorization=token)).json().get("name_en"))
    # The second login ended the first one's session in this browser: its code is dead, and it
    # never turned into a token about somebody else.
    expected = await _names(idp, [c.phone.person_id for c in people])
    assert names[0] == expected[0]
    assert names[1] in {expected[1], None}


async def _names(idp: Idp, person_ids: list[str]) -> list[str | None]:
    async with idp.world.storage.unit_of_work() as work:
        people = [await work.people.get(person_id) for person_id in person_ids]
    return [person.value("name_en") if person else None for person in people]
