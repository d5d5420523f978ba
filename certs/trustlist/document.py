"""A trust list as it is published: JSON with a detached signature, read strictly."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from certs.base.der import certificate_from_pem
from certs.base.digest import Digest, sha256
from certs.base.errors import CertsError, TrustListError
from certs.trustlist.model import Anchor, Period, RecognitionEntry, TrustList

MAX_BYTES: Final = 1024 * 1024
MEDIA_TYPE: Final = "trust-list+jws"


def load(
    data: bytes,
    *,
    pinned_key: ec.EllipticCurvePublicKey | None = None,
    not_before_sequence: int = 0,
) -> TrustList:
    """Read a published list; checks its signature when `pinned_key` is given.

    `not_before_sequence` is the highest number seen so far: a lower one is a rollback.
    Raises `TrustListError` (`too_large`, `malformed`, `bad_signature`, `rollback`).
    """
    if len(data) > MAX_BYTES:
        raise TrustListError("too_large", f"{len(data)} bytes")
    try:
        envelope = json.loads(data, object_pairs_hook=_no_duplicates, parse_float=_no_float)
        _members(envelope, {"list", "signature"})
        if pinned_key is not None:
            _check_signature(envelope["list"], envelope["signature"], pinned_key)
        trust_list = _list_from(envelope["list"])
    except TrustListError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, CertsError) as error:
        raise TrustListError("malformed", type(error).__name__) from error
    if trust_list.sequence < not_before_sequence:
        raise TrustListError("rollback", str(trust_list.sequence))
    return trust_list


def publish(trust_list: TrustList, *, sign: Callable[[Digest], bytes]) -> bytes:
    """Write a list and sign it: a detached JWS (RFC 7515 App. F) over canonical JSON (RFC 8785).

    `sign` is a P-256 signer's `sign_digest`: SHA-256 digest in, DER ECDSA signature out.
    """
    body = _list_to(trust_list)
    header = _b64(_canonical({"alg": "ES256", "typ": MEDIA_TYPE}))
    r, s = decode_dss_signature(sign(sha256(_signing_input(header, body))))
    signature = f"{header}..{_b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
    text = json.dumps({"list": body, "signature": signature}, indent=2, ensure_ascii=False)
    return f"{text}\n".encode()


def _check_signature(body: object, signature: object, key: ec.EllipticCurvePublicKey) -> None:
    if not isinstance(signature, str) or signature.count(".") != 2:
        raise TrustListError("bad_signature", "no detached JWS")
    header, payload, value = signature.split(".")
    if payload or header != _b64(_canonical({"alg": "ES256", "typ": MEDIA_TYPE})):
        raise TrustListError("bad_signature", "unexpected header")
    raw = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    if len(raw) != 64 or not isinstance(key.curve, ec.SECP256R1):
        raise TrustListError("bad_signature", "not ES256")
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        key.verify(der, _signing_input(header, body), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise TrustListError("bad_signature") from error


def _list_from(body: Any) -> TrustList:
    _members(body, {"sequence", "issued_at", "next_update", "demo", "anchors", "recognitions"})
    if type(body["sequence"]) is not int or type(body["demo"]) is not bool:
        raise TypeError
    return TrustList(
        sequence=body["sequence"],
        issued_at=_time_from(body["issued_at"]),
        next_update=_time_from(body["next_update"]),
        demo=body["demo"],
        anchors=tuple(_anchor_from(entry) for entry in body["anchors"]),
        recognitions=tuple(_entry_from(entry) for entry in body["recognitions"]),
    )


def _anchor_from(body: Any) -> Anchor:
    _members(body, {"name", "certificate"})
    return Anchor(name=str(body["name"]), certificate=certificate_from_pem(body["certificate"]))


def _entry_from(body: Any) -> RecognitionEntry:
    _members(body, {"issuer", "class", "policy", "from", "to", "suspended", "revoked_at"})
    revoked_at = body["revoked_at"]
    policy = body["policy"]
    if not policy or not all(arc.isdigit() for arc in policy.split(".")):
        raise ValueError(policy)
    return RecognitionEntry(
        issuer=Digest("sha256", bytes.fromhex(body["issuer"])),
        class_name=str(body["class"]),
        policy=policy,
        period=_period_from({"from": body["from"], "to": body["to"]}),
        suspended=tuple(_period_from(period) for period in body["suspended"]),
        revoked_at=None if revoked_at is None else _time_from(revoked_at),
    )


def _period_from(body: Any) -> Period:
    _members(body, {"from", "to"})
    end = None if body["to"] is None else _time_from(body["to"])
    return Period(start=_time_from(body["from"]), end=end)


def _list_to(trust_list: TrustList) -> dict[str, Any]:
    return {
        "sequence": trust_list.sequence,
        "issued_at": _time_to(trust_list.issued_at),
        "next_update": _time_to(trust_list.next_update),
        "demo": trust_list.demo,
        "anchors": [
            {
                "name": anchor.name,
                "certificate": anchor.certificate.public_bytes(serialization.Encoding.PEM).decode(),
            }
            for anchor in trust_list.anchors
        ],
        "recognitions": [
            {
                "issuer": entry.issuer.hex(),
                "class": entry.class_name,
                "policy": entry.policy,
                **_period_to(entry.period),
                "suspended": [_period_to(period) for period in entry.suspended],
                "revoked_at": None if entry.revoked_at is None else _time_to(entry.revoked_at),
            }
            for entry in trust_list.recognitions
        ],
    }


def _period_to(period: Period) -> dict[str, str | None]:
    end = None if period.end is None else _time_to(period.end)
    return {"from": _time_to(period.start), "to": end}


def _time_to(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _time_from(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _members(body: Any, names: set[str]) -> None:
    if not isinstance(body, dict) or set(body) != names:
        raise ValueError(names)


def _signing_input(header: str, body: object) -> bytes:
    return f"{header}.{_b64(_canonical(body))}".encode("ascii")


def _canonical(body: object) -> bytes:
    # RFC 8785 for our subset: ASCII member names, no fractions
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise TrustListError("malformed", "duplicate member")
    return members


def _no_float(text: str) -> float:
    raise TrustListError("malformed", f"fraction {text}")
