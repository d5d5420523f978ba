"""Words for the results and checks of a verification report. Reasons are in `reasons.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from certs.trustlist import RecognitionStatus
from certs.verification import CheckId, Indication, Integrity, Status, SubIndication
from look.languages import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A verdict in words: what it is, what it means, what to do next."""

    kind: str  # ok, warn, bad: picture and colour
    title: str
    meaning: str
    next_step: str


RESULTS: Final[Mapping[str, Result]] = {
    Indication.TOTAL_PASSED: Result(
        kind="ok",
        title=N_("Valid"),
        meaning=N_("The document is as it was signed, and the signer's certificate was valid."),
        next_step=N_("Check below that the signer is who you expect."),
    ),
    Indication.INDETERMINATE: Result(
        kind="warn",
        title=N_("Cannot be confirmed"),
        meaning=N_("We cannot say that the signature is valid, nor that it is not."),
        next_step=N_("Do not rely on it yet. See below what is missing, and ask the sender."),
    ),
    Indication.TOTAL_FAILED: Result(
        kind="bad",
        title=N_("Not valid"),
        meaning=N_("The document or its signature is not what it claims to be."),
        next_step=N_("Do not rely on it. Ask whoever gave it to you for the original file."),
    ),
}

SUB_INDICATIONS: Final[Mapping[str, str]] = {
    SubIndication.FORMAT_FAILURE: N_("The file or the signature in it is damaged."),
    SubIndication.HASH_FAILURE: N_("The document was changed after it was signed."),
    SubIndication.SIG_CRYPTO_FAILURE: N_("The signature was not made with the signer's key."),
    SubIndication.REVOKED: N_("The certificate was revoked before the signature was made."),
    SubIndication.EXPIRED: N_("The certificate had expired when the signature was made."),
    SubIndication.NOT_YET_VALID: N_("The certificate was not valid yet when it was used."),
    SubIndication.SIG_CONSTRAINTS_FAILURE: N_("The signature lacks something it must have."),
    SubIndication.CHAIN_CONSTRAINTS_FAILURE: N_("The certificate may not be used for this."),
    SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE: N_("The certificate could not be checked."),
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: N_("The signature uses a method that is not safe."),
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND: N_("The signer's certificate is not in the file."),
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: N_(
        "The certificate comes from an authority that is not on our list."
    ),
    SubIndication.REVOKED_NO_POE: N_(
        "The certificate is revoked, and it is not proven that the signature was made before."
    ),
    SubIndication.REVOKED_CA_NO_POE: N_(
        "The issuer is revoked, and it is not proven that the signature was made before."
    ),
    SubIndication.OUT_OF_BOUNDS_NO_POE: N_(
        "The certificate is not valid now, and it is not proven that it was when it was used."
    ),
    SubIndication.TRY_LATER: N_("There is no fresh word about revocation yet. Try again later."),
    SubIndication.DOCUMENT_CHANGED: N_("Something was added or changed after signing."),
    SubIndication.GENERIC: N_("The file could not be checked to the end."),
}

CHECKS: Final[Mapping[str, str]] = {
    CheckId.FORMAT: N_("Is the signature field in order?"),
    CheckId.BYTE_RANGE: N_("Is the whole document signed?"),
    CheckId.CONTAINER: N_("Is the signature itself in order?"),
    CheckId.DIGEST: N_("Is the document the one that was signed?"),
    CheckId.SIGNING_CERTIFICATE: N_("Is this the certificate that was signed with?"),
    CheckId.SIGNATURE_VALUE: N_("Was it signed with the key of this certificate?"),
    CheckId.LATER_CHANGES: N_("Is the file free of later changes?"),
    CheckId.CERTIFICATE: N_("Is the certificate in order, and for signing?"),
    CheckId.PROOF_OF_TIME: N_("Is the time of signing proven?"),
    CheckId.ALGORITHMS: N_("Were the methods safe at that time?"),
    CheckId.PATH: N_("Does the certificate come from an authority on our list?"),
    CheckId.STATUS: N_("Was the certificate in force at that time?"),
}

STATUSES: Final[Mapping[str, tuple[str, str]]] = {
    Status.PASSED: ("ok", N_("Passed")),
    Status.WARNING: ("warn", N_("Warning")),
    Status.FAILED: ("bad", N_("Failed")),
    Status.NOT_CHECKED: ("plain", N_("Not checked")),
}

INTEGRITY: Final[Mapping[str, str]] = {
    Integrity.WHOLE_FILE: N_("The whole file."),
    Integrity.LTV_ONLY: N_("The whole document. Only evidence for later checks was added."),
    Integrity.SIGNATURES_ADDED: N_("The document as it was then. More signatures followed."),
    Integrity.VISIBLE_SIGNATURE_ADDED: N_(
        "The document as it was then. A visible signature followed."
    ),
    Integrity.FORM_FILLED: N_("The document as it was then. Form fields were filled in later."),
    Integrity.UNCOVERED_BYTES: N_("Not everything: something follows that is not signed."),
    Integrity.CONTENT_CHANGED: N_("An earlier version. Pages were changed or added later."),
    Integrity.FORBIDDEN_CHANGE: N_("An earlier version. It was changed although it was sealed."),
    Integrity.UNCLEAR: N_("It is not clear what is covered."),
}

RECOGNITION: Final[Mapping[str, str]] = {
    RecognitionStatus.RECOGNISED: N_("On the demonstration's list of recognised certificates"),
    RecognitionStatus.NOT_RECOGNISED: N_("Not recognised"),
    RecognitionStatus.SUSPENDED: N_("Recognition suspended"),
    RecognitionStatus.REVOKED: N_("Recognition revoked"),
    RecognitionStatus.OUT_OF_PERIOD: N_("Outside the period of recognition"),
}
