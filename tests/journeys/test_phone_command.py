"""`onechop phone` before the running demonstration: log in, refuse, sign, without a screen."""

import hashlib
import json
import re
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from world.papers import page

from house.demo import Demo
from onechop.errors import ATTENTION, FAILED, REFUSED, UNREACHABLE
from onechop.main import run
from onechop.phone import pages

pytestmark = pytest.mark.journey

VERIFIER = "correct-horse-battery-staple-correct-horse-battery"
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class Desk:
    """A department and a browser at once: what happens away from the phone."""

    def __init__(self, demo: Demo) -> None:
        folder = demo.data / "departments" / "licensing"
        self.issuer = demo.idp
        self.registration = json.loads((folder / "registration.json").read_text())
        self.key = load_pem_private_key((folder / "client.key.pem").read_bytes(), None)
        parts = urlsplit(demo.idp)
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{parts.port}",
            headers={"Host": parts.netloc, "Accept": "text/html"},
            timeout=60,
            trust_env=False,
        )
        self.cookie = ""

    def post(self, path: str, files: dict[str, Any] | None = None, **form: str) -> httpx.Response:
        now = int(time.time())
        claims = {"iss": "licensing", "sub": "licensing", "aud": self.issuer, "iat": now}
        claims |= {"exp": now + 60, "jti": secrets.token_urlsafe(9)}
        kid = self.registration["jwks"]["keys"][0]["kid"]
        form |= {
            "client_id": "licensing",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode(claims, self.key, "ES256", {"kid": kid}),
        }
        return self.http.post(path, data=form, files=files)

    def go(self, path: str) -> httpx.Response:
        response = self.http.get(path, headers={"Cookie": self.cookie} if self.cookie else {})
        for line in response.headers.get_list("set-cookie"):
            if line.startswith("__Host-browser="):
                self.cookie = line.partition(";")[0]
        return response

    def waiting(self, path: str) -> tuple[str, str, str]:
        """Open a waiting page: its path, the typed code, the identification code."""
        where = self.go(path).headers["location"]
        shown = pages.read(self.go(where).text)
        return where, shown.first("strong", id="typed-code").text, pages.shown_code(shown)

    def ask_to_log_in(self) -> tuple[str, str, str]:
        pushed = self.post(
            "/par",
            response_type="code",
            redirect_uri=self.registration["redirect_uris"][0],
            scope=" ".join(self.registration["scopes"]),
            state="s",
            nonce="n",
            code_challenge=CHALLENGE,
            code_challenge_method="S256",
        )
        assert pushed.status_code == 201, pushed.text
        query = {"client_id": "licensing", "request_uri": pushed.json()["request_uri"]}
        return self.waiting(f"/authorize?{urlencode(query)}")

    def tokens(self, where: str) -> dict[str, Any]:
        back = parse_qs(urlsplit(self.go(f"{where}/continue").headers["location"]).query)
        redeemed = self.post(
            "/token",
            grant_type="authorization_code",
            code=back["code"][0],
            redirect_uri=self.registration["redirect_uris"][0],
            code_verifier=VERIFIER,
        )
        assert redeemed.status_code == 200, redeemed.text
        found: dict[str, Any] = redeemed.json()
        return found

    def claims(self, tokens: dict[str, Any]) -> dict[str, Any]:
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        found: dict[str, Any] = self.http.get("/userinfo", headers=bearer).json()
        return found


@pytest.fixture
def desk(demo: Demo) -> Iterator[Desk]:
    made = Desk(demo)
    yield made
    made.http.close()


Say = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def say(demo: Demo, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run `onechop phone …` and answer its exit code and its one JSON object."""

    def command(*words: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = run(["phone", *words, "--data", str(demo.data), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


@pytest.fixture
def maria(say: Say) -> tuple[str, str]:
    code, bound = say("bind", "santos")
    assert code == 0, bound
    assert "Demonstration" in bound["certificate"]["Name"]
    return ("--phone", "maria")


def test_a_login_is_approved_and_only_what_was_released_arrives(
    desk: Desk, say: Say, maria: tuple[str, str]
) -> None:
    where, typed, code = desk.ask_to_log_in()
    status, shown = say("show", typed, *maria)
    assert status == 0
    assert shown["identification_code"] == code
    assert not shown["signs"]
    assert any(text.startswith("Identity card number") for text in shown["shares"])
    assert "email" in shown["may_share"]
    status, ended = say("approve", typed, "--code", code, "--release", "email", *maria)
    assert (status, ended["outcome"]) == (0, "approved")
    claims = desk.claims(desk.tokens(where))
    assert claims["name_en"] == "SANTOS, Maria Clara"
    assert claims["email"] == "maria.santos@example.hk"
    assert "phone_number" not in claims
    assert "address" not in claims


def test_another_identification_code_stops_the_request(
    desk: Desk, say: Say, maria: tuple[str, str]
) -> None:
    where, typed, code = desk.ask_to_log_in()
    status, said = say("approve", typed, "--code", f"{(int(code) + 1) % 10000:04}", *maria)
    assert (status, said["error"]["code"]) == (REFUSED, "phone_refused")
    assert "did not match" in said["error"]["message"]
    assert "error=access_denied" in desk.go(f"{where}/continue").headers["location"]


def test_a_rejected_request_cannot_be_approved(
    desk: Desk, say: Say, maria: tuple[str, str]
) -> None:
    where, typed, _ = desk.ask_to_log_in()
    assert say("reject", typed, *maria)[1]["outcome"] == "rejected"
    status, said = say("approve", typed, *maria)
    assert (status, said["error"]["code"]) == (REFUSED, "phone_refused")
    assert "error=access_denied" in desk.go(f"{where}/continue").headers["location"]


def test_a_request_of_one_phone_is_not_another_ones(
    desk: Desk, say: Say, maria: tuple[str, str]
) -> None:
    _, typed, _ = desk.ask_to_log_in()
    assert say("show", typed, *maria)[0] == 0
    assert say("bind", "wai-ling")[0] == 0
    status, said = say("approve", typed, "--phone", "wai-ling")
    assert status == REFUSED
    assert "taken" in said["error"]["message"] or "not_yours" in said["error"]["message"]


def test_a_document_is_signed_and_only_by_the_command_that_says_so(
    desk: Desk, say: Say, maria: tuple[str, str]
) -> None:
    where, typed, _ = desk.ask_to_log_in()
    assert say("sign", typed, "--code", "1234", *maria)[0] == ATTENTION
    assert say("approve", typed, *maria)[0] == 0
    asked = desk.post(
        "/signing/requests",
        files={"document": ("a.pdf", page(), "application/pdf")},
        sub=desk.claims(desk.tokens(where))["sub"],
        title="Application",
        purpose="Renew a licence",
        matter="licence_application",
        redirect_uri=desk.registration["signing_redirect_uris"][0],
        state="s",
    )
    assert asked.status_code == 201, asked.text
    request_id = asked.json()["signing_request_id"]
    _, typed, code = desk.waiting(f"/signing/{request_id}")
    status, shown = say("show", typed, *maria)
    assert shown["signs"]
    assert code in shown["choices"]
    assert shown["identification_code"] is None
    assert say("approve", typed, "--code", code, *maria)[0] == ATTENTION
    status, ended = say("sign", typed, "--code", code, *maria)
    assert (status, ended["outcome"], ended["signs"]) == (0, "approved", True)
    for _ in range(100):
        result = desk.post(f"/signing/requests/{request_id}/result")
        if result.status_code != 409:
            break
        time.sleep(0.1)
    assert result.status_code == 200, result.text
    assert result.content.startswith(page()[:100])
    assert re.search(rb"ETSI\.CAdES\.detached", result.content)


def test_an_unknown_code_and_an_unknown_resident_are_told_apart(
    say: Say, maria: tuple[str, str]
) -> None:
    status, said = say("show", "ABCD-EFGH", *maria)
    assert (status, said["error"]["code"]) == (REFUSED, "phone_refused")
    assert "We do not know this code" in said["error"]["message"]
    status, said = say("bind", "nobody at all")
    assert (status, said["error"]["code"]) == (FAILED, "resident")
    assert "maria" in said["error"]["hint"]


def test_a_server_that_is_gone_is_said_to_be_gone(
    demo: Demo, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "onechop.json").write_text('{"port_idp": 1, "port_departments": 2}')
    assert run(["phone", "bind", "maria", "--data", str(tmp_path), "--json"]) == UNREACHABLE
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "unreachable"
