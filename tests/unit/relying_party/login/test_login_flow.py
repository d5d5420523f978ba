"""Logging in: the answer is taken once, from the browser that asked, and from our issuer."""

import re

import pytest
from starlette.applications import Starlette

from relying_party.login.flow import local_path
from relying_party.oidc import Authorization, Refused
from relying_party.oidc.client import check_response
from tests.world.issuer import Issuer
from tests.world.visitor import Visitor

LICENSING = "http://licensing.localhost:8181"


async def callback_url(visitor: Visitor) -> str:
    """Log in up to the way back, which is not taken."""
    await visitor.get(f"{LICENSING}/login?return_to=/licences", follow=False)
    await visitor.get(visitor.response.headers["location"], follow=False)
    return str(visitor.response.headers["location"])


async def test_the_answer_is_taken_once(visitor: Visitor) -> None:
    url = await callback_url(visitor)
    await visitor.get(url)
    assert visitor.url == f"{LICENSING}/licences"
    response = await visitor.get(url)
    assert response.status_code == 400
    assert "not the browser you started in" in visitor.page


async def test_another_browser_cannot_bring_the_answer(
    visitor: Visitor, departments: Starlette
) -> None:
    url = await callback_url(visitor)
    other = Visitor(departments)
    await other.get(url)
    assert "not the browser you started in" in other.page
    assert "__Host-session" not in other.cookies["licensing.localhost:8181"]
    # Even one that has begun a login of its own (login CSRF).
    await callback_url(other)
    await other.get(url)
    assert "not the browser you started in" in other.page
    await other.close()
    await visitor.get(url)
    assert visitor.url.endswith("/licences"), "the right browser can still go on"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"iss": "http://evil.localhost"}, "could not check the answer"),
        ({"error": "access_denied"}, "You said no"),
        ({"error": "expired"}, "ran out of time"),
        ({"error": "wrong_code"}, "codes did not match"),
        ({"error": "server_error"}, "could not check the answer"),
    ],
    ids=str,
)
async def test_refusals_have_words(
    visitor: Visitor, issuer: Issuer, answer: dict[str, str], words: str
) -> None:
    issuer.twist["response"] = answer
    await visitor.get(f"{LICENSING}/login?return_to=/licences")
    assert visitor.response.status_code == 400
    assert words in visitor.page
    assert "return_to=%2Flicences" in visitor.page or "return_to=/licences" in visitor.page
    assert "__Host-session" not in visitor.cookies["licensing.localhost:8181"]


async def test_a_token_for_another_nonce_logs_nobody_in(visitor: Visitor, issuer: Issuer) -> None:
    issuer.twist["claims"] = {"nonce": "another"}
    await visitor.get(f"{LICENSING}/login")
    assert "__Host-session" not in visitor.cookies["licensing.localhost:8181"]


async def test_userinfo_of_another_person_is_refused(visitor: Visitor, issuer: Issuer) -> None:
    await visitor.get(f"{LICENSING}/login?return_to=/licences")
    await visitor.submit(action="/renew")
    await visitor.get(visitor.url + "/details")
    issuer.twist["userinfo_sub"] = "somebody-else"
    await visitor.submit(action="details", press=("fill", "yes"))
    assert "someone else" in visitor.page


async def test_logging_out_ends_it_here_and_there(visitor: Visitor, issuer: Issuer) -> None:
    await visitor.get(f"{LICENSING}/login?return_to=/licences")
    cookie = visitor.cookies["licensing.localhost:8181"]["__Host-session"]
    await visitor.submit(action="/logout")
    assert visitor.url.startswith(f"{issuer.url}/end_session?id_token_hint=")
    visitor.cookies["licensing.localhost:8181"]["__Host-session"] = cookie
    await visitor.get(f"{LICENSING}/licences", follow=False)
    assert visitor.response.headers["location"] == "/login?return_to=%2Flicences"


async def test_a_page_for_logged_in_people_asks_for_a_login(visitor: Visitor) -> None:
    await visitor.get(f"{LICENSING}/licences?x=1")
    assert visitor.url == f"{LICENSING}/licences?x=1"
    assert "My licences" in visitor.page


async def test_the_session_cookie_is_for_this_host_only(visitor: Visitor) -> None:
    url = await callback_url(visitor)
    response = await visitor.get(url, follow=False)
    cookie = response.headers["set-cookie"]
    assert re.fullmatch(r"__Host-session=[\w-]{43}; Path=/; Secure; HttpOnly; SameSite=Lax", cookie)


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\nb", "/" * 401]
)
def test_nobody_is_sent_elsewhere_after_a_login(path: str) -> None:
    assert local_path(path) == "/"


def test_a_parameter_twice_is_refused(now: object) -> None:
    asked = Authorization(state="s", nonce="n", code_verifier="v", scope="openid", began_at=now)  # type: ignore[arg-type]
    good = [("state", "s"), ("iss", "i"), ("code", "c")]
    assert check_response(asked, good, "i").code == "c"
    for bad in (
        [*good, ("code", "d")],
        [("state", "t"), *good[1:]],
        [("state", "s"), ("code", "c")],
        [("state", "s"), ("iss", "i")],
        [("state", "s"), ("iss", "i"), ("code", "c"), ("error", "access_denied")],
    ):
        with pytest.raises(Refused):
            check_response(asked, bad, "i")
