"""The repository and the public verification, as anybody sees them."""

from __future__ import annotations

import base64

import httpx
import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.x509 import ocsp
from world.papers import page
from world.signing import Journey

from certs.base import der
from certs.base.digest import sha256
from house.browsing import Browser
from house.world import Idp
from idp.flows.evidence import ocsp_request, timestamp_request
from idp.web.markdown import render


async def upload(
    browser: Browser, document: bytes, accept: str = "text/html", **fields: str
) -> httpx.Response:
    files = {"document": ("x.pdf", document, "application/pdf")}
    request = httpx.Request("POST", "http://x/", data=fields, files=files)
    headers = {"content-type": request.headers["content-type"], "accept": accept}
    return await browser._send("POST", "/verify", headers, request.read())


# --- repository ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh-Hant-HK", "zh-Hans"])
@pytest.mark.parametrize("path", ["/pki/", "/pki/cps", "/pki/transcript"])
async def test_pages_say_that_this_is_a_demonstration(idp: Idp, path: str, lang: str) -> None:
    response = await idp.browser().get(f"{path}?lang={lang}")
    assert response.status_code == 200
    assert f'<html lang="{lang}"' in response.text


async def test_downloads_are_what_the_certificates_say(idp: Idp) -> None:
    browser, authority = idp.browser(), idp.world.authority
    for issuer, certificate in zip(("issuing", "root"), authority.ca_chain, strict=True):
        response = await browser.get(f"/pki/ca/{issuer}.cer")
        assert response.headers["content-type"] == "application/pkix-cert"
        assert x509.load_der_x509_certificate(response.content) == certificate
        response = await browser.get(f"/pki/crl/{issuer}.crl")
        assert response.headers["content-type"] == "application/pkix-crl"
        assert "max-age=60" in response.headers["cache-control"]
        assert x509.load_der_x509_crl(response.content).issuer == certificate.subject
    assert (await browser.get("/pki/crl/evil.crl")).status_code == 404
    trust = await browser.get("/pki/trust-list.json")
    assert trust.content == authority.trust_list_json


async def test_ocsp_by_post_and_get(idp: Idp) -> None:
    browser, authority = idp.browser(), idp.world.authority
    issuing = authority.ca_chain[0]
    _, seal = authority.seal_signer("licensing")
    asked = ocsp_request(seal, issuing)
    posted = await browser._send(
        "POST", "/pki/ocsp", {"content-type": "application/ocsp-request"}, asked
    )
    path = base64.b64encode(asked).decode().replace("+", "%2B").replace("/", "%2F")
    got = await browser.get(f"/pki/ocsp/{path}")
    for response in (posted, got):
        assert response.headers["content-type"] == "application/ocsp-response"
        answer = ocsp.load_der_ocsp_response(response.content)
        assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    wrong = await browser._send("POST", "/pki/ocsp", {"content-type": "text/plain"}, asked)
    assert wrong.status_code == 400


@pytest.mark.parametrize("junk", ["AAAA", "%00", "a" * 3000, "-_-", "%2F%2F"])
async def test_junk_gets_an_ocsp_error_not_a_crash(idp: Idp, junk: str) -> None:
    response = await idp.browser().get(f"/pki/ocsp/{junk}")
    assert response.status_code == 200
    answer = ocsp.load_der_ocsp_response(response.content)
    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


async def test_time_stamp(idp: Idp) -> None:
    digest = sha256(b"anything")
    headers = {"content-type": "application/timestamp-query"}
    response = await idp.browser()._send("POST", "/pki/tsa", headers, timestamp_request(digest))
    assert response.headers["content-type"] == "application/timestamp-reply"
    answer = tsp.TimeStampResp.load(response.content)
    info = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert info["message_imprint"]["hashed_message"].native == digest.value
    refused = await idp.browser()._send("POST", "/pki/tsa", headers, b"junk")
    status = der.read_one(refused.content, max_bytes=4096).children()[0].children()[0]
    assert der.read_integer(status) == 2  # rejection, RFC 3161 §2.4.2


def test_markdown_escapes_everything() -> None:
    made = str(render("# <b>T</b>\n\n- a `x<y>`\n- **b**\n\n| A | B |\n| - | - |\n| 1 | <i> |"))
    assert made == (
        "<h2>&lt;b&gt;T&lt;/b&gt;</h2>\n"
        "<ul><li>a <code>x&lt;y&gt;</code></li><li><strong>b</strong></li></ul>\n"
        '<div class="scroll" tabindex="0" role="group"><table><thead><tr>'
        '<th scope="col">A</th><th scope="col">B</th></tr></thead>'
        "<tbody><tr><td>1</td><td>&lt;i&gt;</td></tr></tbody></table></div>"
    )


# --- verification --------------------------------------------------------------------------------


async def sealed(idp: Idp, text: str = "Vehicle licence") -> bytes:
    journey = await Journey.begin(idp)
    response = await journey.machine("/seals", {"reason": "Licence issued"}, page(text))
    assert response.status_code == 200, response.text
    return response.content


async def test_good_document_in_three_languages_and_as_json(idp: Idp) -> None:
    document = await sealed(idp)
    report = (await upload(idp.browser(), document, "application/json")).json()
    assert report["indication"] == "TOTAL-PASSED"
    assert report["eto"]["demo"] is True
    shown = await upload(idp.browser(), document)
    assert shown.status_code == 200
    assert 'class="verdict ok"' in shown.text
    same = await upload(idp.browser(), document, expected=sha256(document).hex())
    other = await upload(idp.browser(), document, expected="0" * 64)
    assert "This is another file" not in same.text
    assert "This is another file" in other.text


@pytest.mark.parametrize("kind", ["flipped", "appended", "unsigned", "junk"])
async def test_bad_documents_get_a_verdict_in_words(idp: Idp, kind: str) -> None:
    document = await sealed(idp)
    at = document.index(b"endstream")
    made = {
        "flipped": document[: at - 3] + bytes([document[at - 3] ^ 1]) + document[at - 2 :],
        "appended": document + b"\n%%EOF more\n",
        "unsigned": page(),
        "junk": b"\x00" * 1000,
    }[kind]
    report = (await upload(idp.browser(), made, "application/json")).json()
    assert report["indication"] != "TOTAL-PASSED"
    if kind == "flipped":
        assert (report["indication"], report["sub_indication"]) == (
            "TOTAL-FAILED",
            "HASH_FAILURE",
        )
    shown = await upload(idp.browser(), made)
    assert shown.status_code == 200
    assert 'class="verdict ok"' not in shown.text


async def test_revoked_later_and_revoked_before(idp: Idp) -> None:
    """A department's seal would be shared; a citizen's certificate is revoked here."""
    journey = await Journey.begin(idp)
    from idp.flows import pending

    identifier = await journey.asked(page())
    await journey.citizen.approve(await journey.begun(identifier))
    await pending.sign_now(identifier, idp.world)
    document = (await journey.result(identifier)).content
    async with idp.world.storage.unit_of_work() as work:
        held = await work.certificates.of_device(journey.citizen.phone.device_id)
    assert held is not None
    idp.world.authority.revoke(held.serial, "keyCompromise")
    report = (await upload(idp.browser(), document, "application/json")).json()
    reasons = {c["reason"] for s in report["signatures"] for c in s["checks"]}
    assert reasons & {"REVOKED_LATER", "CERTIFICATE_REVOKED"}, report
    shown = await upload(idp.browser(), document)
    assert "revoked" in shown.text


async def test_no_file(idp: Idp) -> None:
    shown = await upload(idp.browser(), b"")
    assert shown.status_code == 400
    assert 'role="alert"' in shown.text
    assert (await upload(idp.browser(), b"", "application/json")).status_code == 400


async def test_permalink_explains_paper(idp: Idp) -> None:
    shown = await idp.browser().get("/verify?digest=" + "ab" * 32)
    assert "abab abab" in shown.text
    assert "<script>" not in (await idp.browser().get("/verify?digest=<script>")).text
