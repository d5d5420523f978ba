"""The facts of a document as frozen values: what was read, before anything is decided.

`pdf.py` fills these from the file; `verdict.py` judges them. The same facts, the same policy and
the same `now` give the same report, byte for byte.
"""

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.x509 import ocsp

from certs.verification.codes import Integrity, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureField:
    """One signature field with its dictionary; `problem` says why the rest may be empty.

    `signed_end` is the first byte after the signed revision; `signed_digests` holds the digest of
    the byte ranges by hash name; `changed` names the form fields that differ in the last revision.
    """

    name: str
    sub_filter: str = ""
    is_timestamp: bool = False
    claimed_time: str | None = None
    reason_text: str | None = None
    contents: bytes = field(default=b"", repr=False)
    byte_range: tuple[int, ...] = ()
    byte_range_problem: Reason | None = None
    signed_end: int = 0
    docmdp: int | None = None
    integrity: Integrity = Integrity.UNCLEAR
    changed: tuple[str, ...] = ()
    problem: Reason | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """A whole file: its fields in order of signing, and the security store's raw objects."""

    sha256: str
    size: int
    problem: Reason | None = None
    reference: str | None = None
    fields: tuple[SignatureField, ...] = ()
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    ocsps: tuple[bytes, ...] = field(default=(), repr=False)
    crls: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalEvidence:
    """What the caller knows beside the file: current CRLs, OCSP responses, CA certificates (DER).

    A verifier that is given the authority's present CRL will see a revocation that the file's
    own, older evidence cannot know of.
    """

    certificates: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """All usable certificates and status objects, parsed, none of them trusted yet."""

    certificates: tuple[x509.Certificate, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()
    crls: tuple[x509.CertificateRevocationList, ...] = ()
