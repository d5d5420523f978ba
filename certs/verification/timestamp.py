"""Turns an RFC 3161 token into a proof of existence, or says why it proves nothing.

The token must be over the bytes in question, signed by a certificate whose only purpose is time
stamping, and that certificate must lead to a listed anchor and be in its period *now*: who wants
the proof to outlive the unit's certificate needs an archive time stamp (EN 319 102-1 §5.4, §5.6).
A unit whose key was compromised at any time proves nothing about any time.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from asn1crypto import tsp
from cryptography import x509

from certs.base import oids
from certs.base.algorithms import hash_allowed
from certs.verification import cms
from certs.verification.codes import Reason
from certs.verification.crypto import check_value, weak_key
from certs.verification.evidence import Store
from certs.verification.path import certificate as gate
from certs.verification.path import chain as path
from certs.verification.path import revocation
from certs.verification.path.revocation import Standing
from certs.verification.signer import find_signer

_SOUND: Final = frozenset({Standing.GOOD, Standing.NOT_NEEDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOfTime:
    """The bytes existed at `time`, says the unit named `authority`."""

    time: datetime
    authority: str
    serial_number: int
    policy: str


def check_token(
    token: bytes,
    stamped: bytes,
    *,
    store: Store,
    anchors: Sequence[x509.Certificate],
    now: datetime,
) -> ProofOfTime | Reason:
    """Decide whether `token` proves that `stamped` existed, and since when (RFC 3161 §2.4.2)."""
    container = cms.read(token)
    info = None if isinstance(container, Reason) else _read_info(container)
    if info is None:
        return Reason.TIMESTAMP_MALFORMED
    assert isinstance(container, cms.Container)
    if not _is_over(info, stamped, now):
        return Reason.TIMESTAMP_IMPRINT
    signer = find_signer(container, store.certificates)
    if isinstance(signer, Reason):
        return Reason.TIMESTAMP_CERTIFICATE
    if not _is_signed(container, signer, now):
        return Reason.TIMESTAMP_SIGNATURE
    flaw = _unit_flaw(signer, container, info.time, store=store, anchors=anchors, now=now)
    return flaw or ProofOfTime(
        time=info.time,
        authority=signer.subject.rfc4514_string(),
        serial_number=info.serial_number,
        policy=info.policy,
    )


def _is_over(info: "_Info", stamped: bytes, now: datetime) -> bool:
    if not hash_allowed(info.hash_name, now):
        return False
    return hashlib.new(info.hash_name, stamped).digest() == info.imprint


def _is_signed(container: cms.Container, signer: x509.Certificate, now: datetime) -> bool:
    name = container.digest_name
    if not hash_allowed(name, now):
        return False
    if hashlib.new(name, container.content or b"").digest() != container.message_digest:
        return False
    attributes = container.signed_attributes
    return check_value(signer, container.signature, attributes, container.scheme, name) is None


def _unit_flaw(
    unit: x509.Certificate,
    container: cms.Container,
    time: datetime,
    *,
    store: Store,
    anchors: Sequence[x509.Certificate],
    now: datetime,
) -> Reason | None:
    if time > now + revocation.CLOCK_SKEW:
        return Reason.TIMESTAMP_IN_FUTURE
    if gate.flaw(unit) is not None or gate.timestamp_flaw(unit) is not None or weak_key(unit):
        return Reason.TIMESTAMP_CERTIFICATE
    if not path.in_period(unit, time) or not path.in_period(unit, now):
        return Reason.TIMESTAMP_CERTIFICATE
    pool = (*gate.read_all(container.certificates, cms.MAX_CERTIFICATES), *store.certificates)
    found = path.build(unit, pool, anchors, now)
    if isinstance(found, Reason):
        return Reason.TIMESTAMP_PATH
    findings = [
        revocation.status_at(certificate, issuer, store, time, now)
        for certificate, issuer in pairwise(found.chain)
    ]
    sound = all(f.standing in _SOUND and not f.compromised for f in findings)
    return None if sound else Reason.TIMESTAMP_STATUS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Info:
    hash_name: str
    imprint: bytes
    time: datetime
    serial_number: int
    policy: str


def _read_info(container: cms.Container) -> _Info | None:
    if {container.content_type, container.attribute_content_type} != {oids.TST_INFO}:
        return None
    if container.content is None:
        return None
    try:
        info = tsp.TSTInfo.load(container.content, strict=True)
        imprint = info["message_imprint"]
        time = info["gen_time"].native
        return _Info(
            hash_name=str(imprint["hash_algorithm"]["algorithm"].native),
            imprint=bytes(imprint["hashed_message"].native),
            time=time.astimezone(UTC),
            serial_number=int(info["serial_number"].native),
            policy=info["policy"].dotted,
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None
