"""Words for the reasons of a verification report: what was found, in a sentence.

`idp/web/findings.py` has the words for results and checks. A test proves that every code that
`certs.verification` can emit has words here (and, with the catalogues, in all three languages).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from certs.verification import EtoCode, Reason
from look.languages import N_

REASONS: Final[Mapping[str, str]] = {
    # --- document
    Reason.NOT_A_PDF: N_("This file is not a PDF that can be read."),
    Reason.TOO_LARGE: N_("The file is larger than we can check."),
    Reason.ENCRYPTED: N_("The file is locked with a password, so it cannot be checked."),
    Reason.NO_SIGNATURE: N_("There is no signature in this file."),
    Reason.TOO_MANY_SIGNATURES: N_("There are more signatures in this file than we can check."),
    Reason.INTERNAL_ERROR: N_("Something in this file could not be understood."),
    Reason.WORKER_DIED: N_("This file could not be checked: reading it failed."),
    Reason.WORKER_TIMEOUT: N_("This file could not be checked: reading it took too long."),
    Reason.TRUST_LIST_NOT_CURRENT: N_("The list of trusted authorities is out of date."),
    # --- format, byte range
    Reason.FIELD_MALFORMED: N_("The signature field is damaged."),
    Reason.SUBFILTER_UNKNOWN: N_("This kind of signature is not supported here."),
    Reason.BYTE_RANGE_MALFORMED: N_("It is not stated properly which part of the file is signed."),
    Reason.BYTE_RANGE_GAP: N_("Part of the file was left out of what is signed."),
    Reason.BYTE_RANGE_OUTSIDE_FILE: N_("The signature speaks of more than is in the file."),
    Reason.BYTE_RANGE_NOT_A_REVISION: N_("What is signed is not a whole version of the document."),
    # --- container
    Reason.CONTAINER_MALFORMED: N_("The signature itself is damaged."),
    Reason.NOT_ONE_SIGNER: N_("The signature does not name exactly one signer."),
    Reason.NOT_DETACHED: N_("The signature carries a document of its own."),
    Reason.CONTENT_TYPE_WRONG: N_("The signature was made for something else than a document."),
    Reason.ATTRIBUTES_MISSING: N_("The signature lacks something it must have."),
    Reason.TOO_MANY_CERTIFICATES: N_("The signature carries more certificates than we check."),
    # --- digest and value
    Reason.DIGEST_MISMATCH: N_("The document was changed after it was signed."),
    Reason.VALUE_MISMATCH: N_("The signature does not fit the signer's key."),
    Reason.ALGORITHM_UNKNOWN: N_("The signature uses a method that we do not know."),
    Reason.ALGORITHM_TOO_WEAK: N_("The signature uses a method that is no longer safe."),
    Reason.KEY_TOO_WEAK: N_("The signer's key is too short to be safe."),
    # --- signing certificate
    Reason.SIGNER_CERTIFICATE_MISSING: N_("The signer's certificate is not in the file."),
    Reason.SIGNING_CERTIFICATE_ATTRIBUTE_MISSING: N_(
        "The signature does not say which certificate it belongs to."
    ),
    Reason.SIGNING_CERTIFICATE_MISMATCH: N_("The certificate is not the one that was signed with."),
    # --- later changes
    Reason.LATER_SIGNATURES: N_("More signatures were added later, and nothing else."),
    Reason.VISIBLE_SIGNATURE_ADDED: N_(
        "A visible signature was added later. It may cover part of a page."
    ),
    Reason.FORM_FILLED: N_("Form fields were filled in after signing."),
    Reason.UNCOVERED_BYTES: N_("There is something in the file that no signature covers."),
    Reason.CONTENT_CHANGED: N_("Pages were changed or added after signing."),
    Reason.FORBIDDEN_BY_CERTIFICATION: N_("The document was sealed against changes, and changed."),
    Reason.CHANGES_UNCLEAR: N_("It is not clear what was changed after signing."),
    # --- certificate
    Reason.CERTIFICATE_VERSION: N_("The certificate has an old form that is not accepted."),
    Reason.CERTIFICATE_SERIAL: N_("The certificate has no proper serial number."),
    Reason.CERTIFICATE_EXTENSIONS: N_("The certificate contradicts itself."),
    Reason.UNKNOWN_CRITICAL_EXTENSION: N_("The certificate has a condition that we do not know."),
    Reason.LEAF_IS_CA: N_("The certificate belongs to an authority, not to a signer."),
    Reason.KEY_USAGE: N_("The certificate is not for signing documents."),
    Reason.EXTENDED_KEY_USAGE: N_("The certificate is for another purpose."),
    # --- proof of time
    Reason.NO_TIMESTAMP: N_("There is no time stamp, so the time of signing is not proven."),
    Reason.TIMESTAMP_MALFORMED: N_("The time stamp is damaged."),
    Reason.TIMESTAMP_IMPRINT: N_("The time stamp belongs to another signature."),
    Reason.TIMESTAMP_SIGNATURE: N_("The time stamp was not made by the authority it names."),
    Reason.TIMESTAMP_CERTIFICATE: N_("The time stamp's certificate is not for time stamps."),
    Reason.TIMESTAMP_PATH: N_("The time stamp comes from an authority that is not on our list."),
    Reason.TIMESTAMP_STATUS: N_("It is not known whether the time stamp's certificate was valid."),
    Reason.TIMESTAMP_IN_FUTURE: N_("The time stamp lies in the future."),
    # --- path
    Reason.NO_ISSUER_FOUND: N_("The certificate comes from an authority that is not on our list."),
    Reason.PATH_SEARCH_LIMIT: N_("The file has too many certificates to find a way through."),
    Reason.ISSUER_NOT_CA: N_("The certificate was issued by somebody who may not issue any."),
    Reason.ISSUER_KEY_USAGE: N_("The issuer's certificate is not for issuing certificates."),
    Reason.ISSUER_OUT_OF_PERIOD: N_("The issuer's certificate was not valid at that time."),
    Reason.PATH_LENGTH: N_("There are more authorities in between than are allowed."),
    Reason.POLICY_CONSTRAINTS: N_("The authority does not allow this kind of certificate."),
    Reason.NAME_CONSTRAINTS: N_("The authority may not issue certificates for this name."),
    Reason.CERTIFICATE_EXPIRED: N_("The certificate had expired."),
    Reason.CERTIFICATE_NOT_YET_VALID: N_("The certificate was not valid yet."),
    # --- status
    Reason.CERTIFICATE_REVOKED: N_("The certificate was revoked before the signature was made."),
    Reason.CERTIFICATE_ON_HOLD: N_("The certificate was suspended at that time."),
    Reason.ISSUER_REVOKED: N_("The issuer's certificate was revoked."),
    Reason.NO_STATUS: N_("Nothing says whether the certificate had been revoked."),
    Reason.STATUS_STALE: N_("What is known about revocation is too old."),
    Reason.REVOKED_LATER: N_(
        "The certificate was revoked later. It was valid when the signature was made."
    ),
    Reason.NO_REVOCATION_BY_DESIGN: N_("This certificate is so short-lived that none is revoked."),
}

ETO: Final[Mapping[str, str]] = {
    EtoCode.MET_6_1A: N_(
        "In this demonstration, the conditions of section 6(1A) would be met: a digital signature, "
        "supported by a recognised certificate, made while that certificate was valid."
    ),
    EtoCode.NO_SIGNATURE: N_("There is no digital signature, so section 6 is not met."),
    EtoCode.SIGNATURE_NOT_VALID: N_("The signature is not valid, so section 6 is not met."),
    EtoCode.SIGNATURE_UNCERTAIN: N_(
        "The signature cannot be confirmed, so it is open whether section 6 is met."
    ),
    EtoCode.EXCLUDED_SCH1: N_(
        "A document of this kind must be signed on paper (Schedule 1 of the Ordinance)."
    ),
    EtoCode.TIME_UNPROVEN: N_("The time of signing is not proven."),
    EtoCode.NOT_RECOGNISED: N_("The certificate is of a kind that is not recognised."),
    EtoCode.RECOGNITION_SUSPENDED: N_("Recognition was suspended when the signature was made."),
    EtoCode.RECOGNITION_REVOKED: N_("Recognition had been revoked when the signature was made."),
    EtoCode.RECOGNITION_OUT_OF_PERIOD: N_(
        "The signature was made outside the period of recognition."
    ),
    EtoCode.CERT_OUT_OF_PERIOD: N_("The signature was made outside the certificate's validity."),
    EtoCode.TERMS_BREACH: N_("The certificate was used against its terms."),
    EtoCode.RELIANCE_EXCEEDED: N_(
        "What is at stake is more than the certificate's reliance limit. The signature is not "
        "weaker for that, but the authority answers only up to the limit."
    ),
    EtoCode.RELIANCE_UNSTATED: N_("The certificate states no reliance limit."),
    EtoCode.MINOR: N_("The signer is under 18: the certificate's reliance limit is zero."),
}
