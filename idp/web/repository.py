"""The repository (ETO s. 45): what anybody needs to check a signature without asking us.

CA certificates, revocation lists, practice statement and trust list for download; OCSP and time
stamps as services. All of it is public, and its addresses stand in the certificates.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.domain.errors import ErrorCode, ProtocolError
from idp.web.context import page, world
from idp.web.markdown import render

CRL: Final = "application/pkix-crl"  # RFC 2585 §4.2
CERTIFICATE: Final = "application/pkix-cert"  # RFC 2585 §4.1
OCSP_REQUEST: Final = "application/ocsp-request"  # RFC 6960 App. A
OCSP_RESPONSE: Final = "application/ocsp-response"
TSA_REQUEST: Final = "application/timestamp-query"  # RFC 3161 §3.4
TSA_RESPONSE: Final = "application/timestamp-reply"

MAX_REQUEST: Final = 4096
#: A revocation is seen everywhere within a minute, whatever caches do (invariant I1).
_BRIEFLY: Final = "public, max-age=60, no-transform, must-revalidate"
_LONG: Final = "public, max-age=86400"
ISSUERS: Final = ("issuing", "root")


def routes() -> list[BaseRoute]:
    """The page, its downloads, and the two services."""
    return [
        Route("/pki", _front, methods=["GET"]),
        Route("/pki/", _front, methods=["GET"]),
        Route("/pki/cps", _practice_statement, methods=["GET"]),
        Route("/pki/transcript", _transcript, methods=["GET"]),
        Route("/pki/trust-list.json", _trust_list, methods=["GET"]),
        Route("/pki/crl/{issuer}.crl", _crl, methods=["GET"]),
        Route("/pki/ca/{issuer}.cer", _certificate, methods=["GET"]),
        Route("/pki/ocsp", _ocsp, methods=["POST"]),
        Route("/pki/ocsp/{request:path}", _ocsp_by_get, methods=["GET"]),
        Route("/pki/tsa", _tsa, methods=["POST"]),
    ]


async def _front(request: Request) -> Response:
    authority = world(request).authority
    rows = [
        {
            "issuer": issuer,
            "subject": certificate.subject.rfc4514_string(),
            "serial": f"{certificate.serial_number:x}",
            "until": certificate.not_valid_after_utc,
            "fingerprint": certificate.fingerprint(hashes.SHA256()).hex(),
        }
        for issuer, certificate in zip(ISSUERS, authority.ca_chain, strict=True)
    ]
    return page(request, "repository/front.html", rows=rows, base=authority.base_url)


async def _practice_statement(request: Request) -> Response:
    text = world(request).authority.practice_statement
    return page(request, "repository/paper.html", kind="cps", body=render(text, top_heading=1))


async def _transcript(request: Request) -> Response:
    text = world(request).authority.transcript
    return page(
        request, "repository/paper.html", kind="transcript", body=render(text, top_heading=1)
    )


async def _trust_list(request: Request) -> Response:
    return _download(world(request).authority.trust_list_json, "application/json", _BRIEFLY)


async def _crl(request: Request) -> Response:
    issuer = _issuer(request)
    return _download(world(request).authority.crl_der(issuer), CRL, _BRIEFLY)


async def _certificate(request: Request) -> Response:
    chain = world(request).authority.ca_chain
    certificate = chain[ISSUERS.index(_issuer(request))]
    return _download(certificate.public_bytes(serialization.Encoding.DER), CERTIFICATE, _LONG)


async def _ocsp(request: Request) -> Response:
    """OCSP by POST (RFC 6960 App. A.1). Malformed requests get an OCSP error, with status 200."""
    asked = await _body(request, OCSP_REQUEST)
    return _download(world(request).authority.ocsp_response(asked), OCSP_RESPONSE, "no-store")


async def _ocsp_by_get(request: Request) -> Response:
    """OCSP by GET: the request in Base64 in the path (RFC 5019 §5)."""
    text = request.path_params["request"]
    try:
        asked = base64.b64decode(text, validate=True) if len(text) <= MAX_REQUEST else b""
    except (binascii.Error, ValueError):
        asked = b""
    return _download(world(request).authority.ocsp_response(asked), OCSP_RESPONSE, _BRIEFLY)


async def _tsa(request: Request) -> Response:
    """A time stamp (RFC 3161 §3.4); refusals are time-stamp responses too."""
    asked = await _body(request, TSA_REQUEST)
    return _download(world(request).authority.timestamp_response(asked), TSA_RESPONSE, "no-store")


async def _body(request: Request, media_type: str) -> bytes:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != media_type:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "wrong_media_type")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_REQUEST:
            raise ProtocolError(ErrorCode.INVALID_REQUEST, "request_too_large")
    return bytes(body)


def _issuer(request: Request) -> str:
    issuer: str = request.path_params["issuer"]
    if issuer not in ISSUERS:
        raise ProtocolError(ErrorCode.NOT_FOUND, "unknown_issuer")
    return issuer


def _download(data: bytes, media_type: str, caching: str) -> Response:
    headers = {"cache-control": caching, "cross-origin-resource-policy": "cross-origin"}
    return Response(data, media_type=media_type, headers=headers)
