"""PAdES signatures in PDF, level B-LT (ETSI EN 319 142-1 §6), written with pyHanko.

pyHanko writes the file; the CMS container is ours (`cms.py`), so the private key is loaded once
and never trial-signs. Two phases for a key that is held elsewhere:

    prepared = prepare(document, appearance=…, algorithm="ES256", certificate=…)
    signature = holder.sign_digest(prepared.attributes.to_be_signed())
    signed = finish(prepared, signature, certificate=…, chain=…, evidence=…)

`sign_pdf` is both in one call. The holder of the key sees a digest and signed attributes, never
the document. Nothing here touches the network: stamps and status come through `SigningEvidence`.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import (
    DEFAULT_PURPOSE_LIMITS,
    DecodeLimits,
    DecodePurpose,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from certs.base.algorithms import SIGNATURES
from certs.base.digest import Digest, sha256
from certs.keys.signer import Signer
from certs.signing import cms
from certs.signing.errors import SigningError
from certs.signing.inspect import field_names, inspect_reader
from certs.signing.lint import MAX_BYTES, PdfInspection, refusals

_MIB: Final = 1024 * 1024
_LIMITS: Final = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=64 * _MIB),
    per_purpose={
        **DEFAULT_PURPOSE_LIMITS,
        DecodePurpose.XREF_STREAM: StreamDecodeLimits(max_ratio=100, max_output_size=8 * _MIB),
    },
)

RESERVED_BYTES: Final = 7 * 1024
"""Room for the container: 0.5 kB of our own, 1 kB a certificate, 3 kB of time stamp.

Readers decode this space byte by byte, so it is kept small (`too_small` if it does not do)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningEvidence:
    """What makes a signature checkable later, as functions and bytes: no network in here.

    `timestamp` takes the SHA-256 of the signature value and answers a TimeStampResp or a bare
    token; `ocsp` takes a certificate and its issuer and answers a DER OCSPResponse. All three
    may be absent, which gives a B-B signature: only for tests and for outside authorities.
    """

    timestamp: Callable[[Digest], bytes] | None
    ocsp: Callable[[x509.Certificate, x509.Certificate], bytes] | None = None
    crls: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleBox:
    """A small visible signature: a one-page PDF that is drawn into `rectangle` of `page`.

    `rectangle` is (left, bottom, right, top) in points; page 0 is the first, -1 the last.
    """

    drawing: bytes
    rectangle: tuple[int, int, int, int]
    page: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfAppearance:
    """What the signature dictionary says. `claimed_time` becomes `/M`, which proves nothing.

    `certify` asks for DocMDP 1 (a closed document, for seals). Only the first signature of a
    document may certify (ISO 32000-2 §12.8.2.2); over earlier ones it becomes an approval.
    """

    claimed_time: datetime
    signer_name: str
    field_name: str = "Signature"
    reason: str | None = None
    location: str | None = None
    certify: bool = False
    visible: VisibleBox | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPdf:
    """A document with room for its signature: the state between the two phases.

    `start` and `end` bound the hexadecimal string in `document` that no digest covers.
    """

    document: bytes = field(repr=False)
    digest: Digest
    start: int
    end: int
    attributes: cms.SignedAttributes
    field_name: str


def sign_pdf(
    document: bytes,
    *,
    signer: Signer,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    evidence: SigningEvidence,
    appearance: PdfAppearance,
) -> bytes:
    """Sign a PDF as PAdES B-LT and answer the whole file (ETSI EN 319 142-1 §6.3).

    `chain` is the issuer and upwards. Raises `SigningError`: `document_refused` with the
    linter's codes, `algorithm_mismatch`, `timestamp_refused`, `timestamp_malformed`, `too_small`.
    """
    if signer.public_key != certificate.public_key():
        raise SigningError("algorithm_mismatch", "the key is not the certificate's")
    prepared = prepare(
        document, appearance=appearance, algorithm=signer.algorithm, certificate=certificate
    )
    signature = signer.sign_digest(prepared.attributes.to_be_signed())
    return finish(prepared, signature, certificate=certificate, chain=chain, evidence=evidence)


def prepare(
    document: bytes,
    *,
    appearance: PdfAppearance,
    algorithm: str,
    certificate: x509.Certificate,
) -> PreparedPdf:
    """Lint the document, write the empty signature and digest everything around it (phase 1).

    Raises `SigningError` (`document_refused`, `document_unusable`).
    """
    inspection, reader = _open(document)
    if codes := refusals(inspection):
        raise SigningError("document_refused", " ".join(codes))
    hash_name = SIGNATURES[algorithm].hash_name
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(document), prev=reader)
        name = _free_name(writer.prev, appearance.field_name)
        certify = appearance.certify and inspection.signatures == 0
        placed, output = _place(writer, name, appearance, certify=certify, hash_name=hash_name)
    except Exception as error:
        # pyHanko answers damaged files with many kinds of exceptions; the linter sees most first
        raise SigningError("document_unusable", type(error).__name__) from error
    digest = Digest(hash_name, placed.document_digest)
    return PreparedPdf(
        document=output.getvalue(),
        digest=digest,
        start=placed.reserved_region_start,
        end=placed.reserved_region_end,
        attributes=cms.signed_attributes(digest, certificate, algorithm),
        field_name=name,
    )


def finish(
    prepared: PreparedPdf,
    signature: bytes,
    *,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    evidence: SigningEvidence,
) -> bytes:
    """Stamp the signature value, put the container in place, add the status evidence (phase 2).

    Status is asked for *after* the stamp, so that it speaks about the stamped moment.
    Raises `SigningError` (`timestamp_refused`, `timestamp_malformed`, `too_small`).
    """
    token = None
    if evidence.timestamp is not None:
        token = cms.token_of(evidence.timestamp(sha256(signature)))
    container = cms.signed_data(
        prepared.attributes,
        signature,
        certificate=certificate,
        chain=chain,
        timestamp_token=token,
    )
    room = (prepared.end - prepared.start - 2) // 2
    if len(container) > room:
        raise SigningError("too_small", f"{len(container)} bytes in {room}")
    contents = container.hex().upper().encode().ljust(2 * room, b"0")
    output = io.BytesIO(prepared.document)
    output.seek(prepared.start + 1)
    output.write(contents)
    ocsps = [evidence.ocsp(certificate, chain[0])] if evidence.ocsp and chain else []
    if ocsps or evidence.crls:
        _add_dss(output, contents, (certificate, *chain), ocsps, evidence.crls)
    return output.getvalue()


def inspect(document: bytes) -> PdfInspection:
    """Read the facts for the linter; a file that cannot be read has `problem` set."""
    return _open(document)[0]


def _open(document: bytes) -> tuple[PdfInspection, PdfFileReader | None]:
    if len(document) > MAX_BYTES:
        return PdfInspection(size=len(document)), None
    try:
        reader = PdfFileReader(io.BytesIO(document), strict=False, decode_limits=_LIMITS)
        return inspect_reader(reader, document), reader
    except Exception as error:  # noqa: BLE001 - any failure to read is the same finding
        return PdfInspection(size=len(document), problem=type(error).__name__), None


def _place(
    writer: IncrementalPdfFileWriter,
    name: str,
    appearance: PdfAppearance,
    *,
    certify: bool,
    hash_name: str,
) -> tuple[Any, io.BytesIO]:
    box = appearance.visible
    specification = SigFieldSpec(
        name,
        on_page=box.page if box else 0,
        box=box.rectangle if box else None,
    )
    steps = PdfCMSEmbedder(new_field_spec=specification).write_cms(name, writer)
    field_ref = next(steps)
    if box is not None:
        _draw(writer, field_ref.get_object(), box)
    placeholder = SignatureObject(
        timestamp=appearance.claimed_time.astimezone(UTC),
        subfilter=SigSeedSubFilter.PADES,
        name=appearance.signer_name,
        location=appearance.location,
        reason=appearance.reason,
        bytes_reserved=2 * RESERVED_BYTES,
    )
    permissions = SigMDPSetup(
        md_algorithm=hash_name,
        certify=certify,
        docmdp_perms=MDPPerm.NO_CHANGES if certify else None,
    )
    steps.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=permissions))
    placed, output = steps.send(SigIOSetup(md_algorithm=hash_name))
    return placed, output


def _draw(writer: IncrementalPdfFileWriter, widget: Any, box: VisibleBox) -> None:
    drawing = PdfFileReader(io.BytesIO(box.drawing))
    form = writer.import_page_as_xobject(drawing)
    widget[generic.pdf_name("/AP")] = generic.DictionaryObject(  # type: ignore[no-untyped-call]
        {generic.pdf_name("/N"): form}
    )


def _free_name(reader: PdfFileReader, wanted: str) -> str:
    taken = field_names(reader)
    candidates = (wanted, *(f"{wanted}{number}" for number in range(2, 1000)))
    return next(candidate for candidate in candidates if candidate not in taken)


def _add_dss(
    output: io.BytesIO,
    contents: bytes,
    certificates: Sequence[x509.Certificate],
    ocsps: Sequence[bytes],
    crls: Sequence[bytes],
) -> None:
    der = serialization.Encoding.DER
    DocumentSecurityStore.add_dss(
        output,
        contents,
        certs=[asn1_x509.Certificate.load(c.public_bytes(der)) for c in certificates],
        ocsps=[asn1_ocsp.OCSPResponse.load(response) for response in ocsps],
        crls=[asn1_crl.CertificateList.load(crl) for crl in crls],
        strict=False,
    )
