"""Reads a CMS container into plain values (RFC 5652 §5); nothing is verified here.

asn1crypto parses; whatever it raises becomes one reason. What a second reader could understand
differently (two signers, an attribute twice, bytes after the end) is refused, not resolved.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from asn1crypto import cms as asn1_cms

from certs.base import oids
from certs.verification.codes import Reason

DATA: Final = "1.2.840.113549.1.7.1"  # RFC 5652 §4
MAX_CERTIFICATES: Final = 50
MAX_TIMESTAMPS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A signature algorithm by family (`ecdsa`, `rsa`, `rsa_pss`) and hash name.

    `hash_name` is None where the identifier leaves it to the digest algorithm (RFC 3370 §3.2);
    `salt_length` in bytes, for PSS alone.
    """

    oid: str
    family: str
    hash_name: str | None
    salt_length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateId:
    """One ESSCertIDv2 (RFC 5035 §4): the hash by which the signer names its certificate."""

    hash_name: str
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A SignedData with its only SignerInfo. `content` is None where it is detached.

    `signed_attributes` is their DER with the SET OF tag, as it goes into the signature
    (RFC 5652 §5.4); `issuer` is the DER of the name in the signer identifier.
    """

    content_type: str
    content: bytes | None = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    issuer: bytes | None
    serial_number: int | None
    key_id: bytes | None
    digest_name: str
    scheme: Scheme
    signed_attributes: bytes = field(repr=False)
    attribute_content_type: str
    message_digest: bytes
    certificate_id: CertificateId | None
    signature: bytes = field(repr=False)
    timestamps: tuple[bytes, ...] = field(default=(), repr=False)


@lru_cache(maxsize=64)
def read(data: bytes) -> Container | Reason:
    """Read a ContentInfo with SignedData, or say why not; zero bytes may follow (PDF padding)."""
    try:
        return _read(data)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        # asn1crypto is lazy: damage shows up as any of these, at any access
        return Reason.CONTAINER_MALFORMED


def _read(data: bytes) -> Container | Reason:
    info = asn1_cms.ContentInfo.load(data)
    length = len(info.dump())
    if any(data[length:]) or info["content_type"].dotted != oids.SIGNED_DATA:
        return Reason.CONTAINER_MALFORMED
    signed = info["content"]
    if len(signed["signer_infos"]) != 1:
        return Reason.NOT_ONE_SIGNER
    signer = signed["signer_infos"][0]
    if not signer["signed_attrs"]:
        return Reason.ATTRIBUTES_MISSING
    certificates = tuple(
        choice.chosen.dump()
        for choice in signed["certificates"] or ()
        if choice.name == "certificate"
    )
    if len(certificates) > MAX_CERTIFICATES:
        return Reason.TOO_MANY_CERTIFICATES
    attributes = _attributes(signer["signed_attrs"])
    content_type = _only(attributes, oids.CONTENT_TYPE)
    message_digest = _only(attributes, oids.MESSAGE_DIGEST)
    if content_type is None or message_digest is None:
        return Reason.ATTRIBUTES_MISSING
    identifier = signer["sid"]
    by_issuer = identifier.name == "issuer_and_serial_number"
    chosen = identifier.chosen
    encapsulated = signed["encap_content_info"]
    content = encapsulated["content"]
    return Container(
        content_type=encapsulated["content_type"].dotted,
        content=bytes(content) if content.native is not None else None,
        certificates=certificates,
        issuer=chosen["issuer"].dump() if by_issuer else None,
        serial_number=int(chosen["serial_number"].native) if by_issuer else None,
        key_id=None if by_issuer else bytes(chosen.native),
        digest_name=str(signer["digest_algorithm"]["algorithm"].native),
        scheme=_scheme(signer["signature_algorithm"]),
        signed_attributes=b"\x31" + signer["signed_attrs"].dump()[1:],
        attribute_content_type=content_type.dotted,
        message_digest=bytes(message_digest.native),
        certificate_id=_certificate_id(_only(attributes, oids.SIGNING_CERTIFICATE_V2)),
        signature=bytes(signer["signature"].native),
        timestamps=_timestamps(signer["unsigned_attrs"]),
    )


def _attributes(attributes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in attributes:
        oid = attribute["type"].dotted
        if oid in found:
            raise ValueError(oid)  # RFC 5652 §5.3: at most one instance of each
        found[oid] = attribute["values"]
    return found


def _only(attributes: dict[str, Any], oid: str) -> Any:
    values = attributes.get(oid)
    if values is None:
        return None
    if len(values) != 1:
        raise ValueError(oid)
    return values[0]


def _certificate_id(value: Any) -> CertificateId | None:
    if value is None:
        return None
    first = value["certs"][0]
    return CertificateId(
        hash_name=str(first["hash_algorithm"]["algorithm"].native),
        value=bytes(first["cert_hash"].native),
    )


def _scheme(algorithm: Any) -> Scheme:
    oid = algorithm["algorithm"].dotted
    kind = str(algorithm.signature_algo)
    if kind == "ecdsa":
        return Scheme(oid=oid, family="ecdsa", hash_name=str(algorithm.hash_algo))
    if kind == "rsassa_pkcs1v15":
        bare = algorithm["algorithm"].native == "rsassa_pkcs1v15"
        return Scheme(oid=oid, family="rsa", hash_name=None if bare else str(algorithm.hash_algo))
    if kind == "rsassa_pss":
        parameters = algorithm["parameters"]
        generator = parameters["mask_gen_algorithm"]
        hash_name = str(parameters["hash_algorithm"]["algorithm"].native)
        if generator["parameters"]["algorithm"].native != hash_name:
            raise ValueError("mask hash differs")
        salt = int(parameters["salt_length"].native)
        return Scheme(oid=oid, family="rsa_pss", hash_name=hash_name, salt_length=salt)
    return Scheme(oid=oid, family=kind, hash_name=None)


def _timestamps(attributes: Any) -> tuple[bytes, ...]:
    if not attributes:
        return ()
    tokens: list[bytes] = []
    for attribute in attributes:
        if attribute["type"].dotted == oids.TIME_STAMP_TOKEN:
            tokens.extend(value.dump() for value in attribute["values"])
    return tuple(tokens[:MAX_TIMESTAMPS])
