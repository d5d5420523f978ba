"""Client assertions: forged, replayed, borrowed, or meant for somebody else."""

import asyncio
import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from house.department import ASSERTION_TYPE, DROP, Department
from house.world import Idp


async def _refused(idp: Idp, department: Department, **parameters: Any) -> None:
    """The push is refused as `invalid_client`, in one kind of answer for every cause."""
    response = await department.push(idp.browser(), **parameters)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    assert response.headers["cache-control"] == "no-store"


async def test_an_assertion_is_spent_once_even_at_another_endpoint(idp: Idp) -> None:
    """Row 61, RFC 7523 §3 (7)."""
    department, browser = await idp.department(), idp.browser()
    assertion = department.assertion()
    assert (await department.push(browser, client_assertion=assertion)).status_code == 201
    await _refused(idp, department, client_assertion=assertion)
    at_token = await department.token(browser, code="x", client_assertion=assertion)
    assert at_token.status_code == 401


async def test_an_assertion_of_a_failed_request_is_spent_too(idp: Idp) -> None:
    """Whoever saw it fail must not use it for something else."""
    department = await idp.department()
    assertion = department.assertion()
    failed = await department.push(idp.browser(), client_assertion=assertion, scope="x")
    assert failed.json()["error"] == "invalid_scope"
    await _refused(idp, department, client_assertion=assertion)


async def test_a_hundred_uses_of_one_assertion_get_one_answer(idp: Idp) -> None:
    """T09."""
    department, browser = await idp.department(), idp.browser()
    assertion = department.assertion()
    answers = await asyncio.gather(
        *(department.push(browser, client_assertion=assertion) for _ in range(100))
    )
    assert sorted(a.status_code for a in answers) == [201] + [401] * 99


async def test_a_hundred_uses_of_one_assertion_on_postgresql(
    make_idp: Any, postgres_url: str
) -> None:
    idp: Idp = await make_idp(postgres_url)
    department, browser = await idp.department(), idp.browser()
    assertion = department.assertion()
    answers = await asyncio.gather(
        *(department.push(browser, client_assertion=assertion) for _ in range(100))
    )
    assert sorted(a.status_code for a in answers) == [201] + [401] * 99


@pytest.mark.parametrize(
    "audience",
    [
        "http://id.localhost:8200/token",
        "http://id.localhost:8200/par",
        "http://id.localhost:8200/",
        "HTTP://id.localhost:8200",
        "https://other.example",
        ["http://id.localhost:8200"],
        ["http://id.localhost:8200", "https://other.example"],
        "",
        DROP,
    ],
    ids=str,
)
async def test_another_audience_is_refused(idp: Idp, audience: Any) -> None:
    """Row 60 (CVE-2025-27370): for gov_high the issuer, alone, as a string."""
    department = await idp.department()
    await _refused(idp, department, client_assertion=department.assertion(aud=audience))


async def test_core_may_name_the_token_endpoint_but_no_list(idp: Idp) -> None:
    department = await idp.department("core", profile="core")
    endpoint = f"{idp.issuer}/token"
    fits = await department.push(idp.browser(), client_assertion=department.assertion(aud=endpoint))
    assert fits.status_code == 201
    await _refused(idp, department, client_assertion=department.assertion(aud=[endpoint]))


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": DROP},
        {"exp": 0},
        {"exp": -300},
        {"exp": 71},
        {"exp": 301},
        {"nbf": 11},
        {"iat": 11},
        {"iat": 61},
    ],
    ids=str,
)
async def test_times_that_are_off_are_refused(idp: Idp, claims: dict[str, Any]) -> None:
    """Row 62; offsets from now, in seconds."""
    department = await idp.department()
    now = int(idp.watch().timestamp())
    moved = {name: v if v is DROP else now + v for name, v in claims.items()}
    await _refused(idp, department, client_assertion=department.assertion(**moved))


@pytest.mark.parametrize("claims", [{"nbf": 8}, {"iat": 8}, {"exp": 1}, {"exp": 68}], ids=str)
async def test_clocks_may_be_eight_seconds_apart(idp: Idp, claims: dict[str, int]) -> None:
    """FAPI 2.0 SP §5.3.2.1 (13)."""
    department = await idp.department()
    now = int(idp.watch().timestamp())
    moved = {name: now + offset for name, offset in claims.items()}
    response = await department.push(idp.browser(), client_assertion=department.assertion(**moved))
    assert response.status_code == 201


@pytest.mark.parametrize("value", [True, 1.5, "1795253400", 1 << 60, -1, None, [], {}], ids=str)
@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
async def test_times_are_whole_numbers(idp: Idp, name: str, value: Any) -> None:
    department = await idp.department()
    forged = _signed(department, _claims(department) | {name: value})
    await _refused(idp, department, client_assertion=forged)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "notices"},
        {"sub": "notices"},
        {"iss": DROP},
        {"sub": DROP},
        {"iss": "nobody", "sub": "nobody"},
        {"jti": DROP},
        {"jti": ""},
        {"jti": "x" * 129},
        {"jti": "has space"},
    ],
    ids=str,
)
async def test_parties_and_jti_must_fit(idp: Idp, claims: dict[str, Any]) -> None:
    """Rows 61, 63."""
    department = await idp.department()
    await idp.department("notices")
    await _refused(idp, department, client_assertion=department.assertion(**claims))


async def test_all_refusals_of_a_client_look_alike(idp: Idp) -> None:
    """Row 63: nobody learns which clients exist from the code and the status."""
    department = await idp.department()
    unknown = Department.found("nobody", idp.issuer, idp.watch)
    for one in (department, unknown):
        forged = one.assertion(key=ec.generate_private_key(ec.SECP256R1()))
        await _refused(idp, one, client_assertion=forged)


async def test_two_methods_at_once_are_refused(idp: Idp) -> None:
    """Row 58, RFC 6749 §2.3."""
    department = await idp.department()
    response = await department.push(idp.browser(), client_secret="x")
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "parameters",
    [
        {"client_assertion": DROP, "client_assertion_type": DROP},
        {"client_assertion": DROP, "client_assertion_type": DROP, "client_secret": "x"},
        {"client_assertion_type": DROP},
        {"client_assertion_type": ASSERTION_TYPE + "x"},
        {"client_assertion": "x"},
        {"client_assertion": "a.b"},
        {"client_assertion": "a.b.c.d.e"},
        {"client_assertion": "e30.e30."},
        {"client_assertion": "e30.e30.e30"},
        {"client_id": "notices"},
    ],
    ids=str,
)
async def test_other_ways_to_say_who_you_are_are_refused(
    idp: Idp, parameters: dict[str, Any]
) -> None:
    """Row 59."""
    await _refused(idp, await idp.department(), **parameters)


async def test_a_client_that_was_removed_or_whose_key_changed_is_refused(idp: Idp) -> None:
    """Row 78: keys are read from the registration at each use."""
    old = await idp.department()
    assert (await old.push(idp.browser())).status_code == 201
    await idp.department()  # registered again, with another key
    await _refused(idp, old)


# --- JOSE: what is inside the token ----------------------------------------------------------


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _claims(department: Department) -> dict[str, Any]:
    now = int(department.clock().timestamp())
    return {
        "iss": department.client.client_id,
        "sub": department.client.client_id,
        "aud": department.issuer,
        "jti": _b64(hashlib.sha256(str(id(object())).encode()).digest()),
        "iat": now,
        "exp": now + 60,
    }


def _signed(
    department: Department, claims: dict[str, Any] | bytes, header: dict[str, Any] | bytes = b""
) -> str:
    """A correctly signed token with any bytes as header and payload."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    head = header or {"alg": "ES256", "kid": department.kid}
    head_bytes = head if isinstance(head, bytes) else json.dumps(head).encode()
    body = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    signing_input = f"{_b64(head_bytes)}.{_b64(body)}"
    r, s = decode_dss_signature(
        department.key.sign(signing_input.encode(), ec.ECDSA(hashes.SHA256()))
    )
    return f"{signing_input}.{_b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


async def test_our_own_forge_makes_tokens_that_are_accepted(idp: Idp) -> None:
    """The negative tests below fail for their reason, not for a fault of the forge."""
    department = await idp.department()
    token = _signed(department, _claims(department))
    assert (await department.push(idp.browser(), client_assertion=token)).status_code == 201


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["x"], "x": 1},
        {"b64": False, "crit": ["b64"]},
        {"zip": "DEF"},
        {"typ": "dpop+jwt"},
        {"typ": "oauth-authz-req+jwt"},
        {"typ": "at+jwt"},
        {"typ": 1},
        {"kid": "../../etc/passwd"},
        {"kid": "' OR 1=1 --"},
        {"kid": "x" * 5000},
        {"kid": 1},
        {"kid": None},
        {"alg": "none"},
        {"alg": "ES384"},
        {"alg": ["ES256"]},
    ],
    ids=str,
)
async def test_headers_that_change_the_meaning_are_refused(
    idp: Idp, header: dict[str, Any]
) -> None:
    """Rows 64, 66, 67, 72."""
    department = await idp.department()
    head = {"alg": "ES256", "kid": department.kid} | header
    await _refused(idp, department, client_assertion=_signed(department, _claims(department), head))


@pytest.mark.parametrize("typ", ["JWT", "jwt", "client-authentication+jwt", "application/jwt"])
async def test_the_types_of_a_client_assertion_are_accepted(idp: Idp, typ: str) -> None:
    department = await idp.department()
    head = {"alg": "ES256", "kid": department.kid, "typ": typ}
    token = _signed(department, _claims(department), head)
    assert (await department.push(idp.browser(), client_assertion=token)).status_code == 201


async def test_a_key_in_the_header_is_not_looked_at(idp: Idp) -> None:
    """Row 65 (CVE-2026-27962): signed with the attacker's key, which the header brings along."""
    department = await idp.department()
    attacker = Department.found("licensing", idp.issuer, idp.watch)
    brought = attacker.client.jwks["keys"][0]
    for header in (
        {"jwk": brought, "kid": department.kid},
        {"jku": "http://127.0.0.1:1/jwks", "kid": attacker.kid},
        {"x5c": ["AA=="], "x5u": "http://127.0.0.1:1/x"},
    ):
        forged = _signed(attacker, _claims(department), {"alg": "ES256"} | header)
        await _refused(idp, department, client_assertion=forged)


async def test_the_public_key_is_no_hmac_secret(idp: Idp) -> None:
    """Row 64: algorithm confusion."""
    department = await idp.department()
    public = department.key.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    jwk = json.dumps(department.client.jwks["keys"][0]).encode()
    for secret in (public, jwk):
        head = _b64(json.dumps({"alg": "HS256", "kid": department.kid}).encode())
        body = _b64(json.dumps(_claims(department)).encode())
        mac = hmac.new(secret, f"{head}.{body}".encode(), hashlib.sha256).digest()
        await _refused(idp, department, client_assertion=f"{head}.{body}.{_b64(mac)}")


async def test_rs256_is_refused(idp: Idp) -> None:
    department = await idp.department()
    key = rsa.generate_private_key(65537, 2048)
    token = department.assertion({"alg": "RS256"}, key)
    await _refused(idp, department, client_assertion=token)


async def test_one_token_has_one_spelling(idp: Idp) -> None:
    """Row 68: padding, unused bits, whitespace, the other alphabet."""
    department = await idp.department()
    token = _signed(department, _claims(department))
    head, body, signature = token.split(".")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other_bits = signature[:-1] + last[last.index(signature[-1]) ^ 1]
    for respelled in (
        f"{head}.{body}.{signature}==",
        f"{head}.{body}.{other_bits}",
        f"{head}. {body}.{signature}",
        f"{token}\n",
        token.replace("_", "/").replace("-", "+") + "+",
    ):
        response = await department.push(idp.browser(), client_assertion=respelled)
        assert response.status_code in {400, 401}


@pytest.mark.parametrize("what", ["duplicate", "duplicate_header", "deep", "nan", "surrogate"])
async def test_ambiguous_json_is_refused_before_any_signature_work(idp: Idp, what: str) -> None:
    """Row 69."""
    department = await idp.department()
    claims = _claims(department)
    text = json.dumps(claims)
    body, head = text.encode(), json.dumps({"alg": "ES256", "kid": department.kid}).encode()
    if what == "duplicate":
        body = (text[:-1] + ', "sub": "licensing"}').encode()
    elif what == "duplicate_header":
        head = head[:-1] + b', "alg": "ES256"}'
    elif what == "deep":
        body = (text[:-1] + ', "x": ' + "[" * 20 + "]" * 20 + "}").encode()
    elif what == "nan":
        body = (text[:-1] + ', "x": NaN}').encode()
    else:
        body = (text[:-1] + ', "x": "\\ud800"}').encode()
    await _refused(idp, department, client_assertion=_signed(department, body, head))


async def test_a_token_over_eight_kilobytes_is_refused_unread(idp: Idp) -> None:
    department = await idp.department()
    token = department.assertion(padding="x" * 9000)
    response = await department.push(idp.browser(), client_assertion=token)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_json_serialisation_is_refused(idp: Idp) -> None:
    """Row 70 (CVE-2026-102946)."""
    department = await idp.department()
    head, body, signature = _signed(department, _claims(department)).split(".")
    for document in (
        {"payload": body, "signatures": []},
        {"payload": body, "protected": head, "signature": signature},
    ):
        await _refused(idp, department, client_assertion=json.dumps(document))


async def test_our_own_tokens_authenticate_nobody(idp: Idp) -> None:
    """Row 72, T13: an ID token is no client assertion."""
    department, citizen, browser = await idp.department(), await idp.citizen(), idp.browser()
    back = await citizen.log_in(department, browser)
    id_token = (await department.token(browser, code=back["code"])).json()["id_token"]
    await _refused(idp, department, client_assertion=id_token)
