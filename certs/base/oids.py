"""Every object identifier that is used here, each with its source.

Ours stand under 1.3.6.1.4.1.32473, the enterprise number that RFC 5612 §2 reserves for examples
in documentation. It is nobody's: a certificate that carries it declares itself a demonstration.
"""

from typing import Final

# --- ours: a demonstration arc (RFC 5612 §2) --------------------------------------------------
ARC: Final = "1.3.6.1.4.1.32473.7"
POLICY_CITIZEN: Final = f"{ARC}.1.1"
POLICY_MINOR: Final = f"{ARC}.1.2"
POLICY_SEAL: Final = f"{ARC}.1.3"
POLICY_TSA: Final = f"{ARC}.1.4"
TIMESTAMP_POLICY: Final = f"{ARC}.2.1"
RELIANCE_LIMIT: Final = f"{ARC}.3.1"
"""Extension of ours: SEQUENCE { currency PrintableString (SIZE 3), amount INTEGER }, Cap. 553 s.41.

Not the QcStatement limit value: that one caps the holder's transactions, not what others rely on.
"""

# --- hash functions ---------------------------------------------------------------------------
MD5: Final = "1.2.840.113549.2.5"  # RFC 1321
SHA1: Final = "1.3.14.3.2.26"  # RFC 3279 §2.1
SHA224: Final = "2.16.840.1.101.3.4.2.4"  # RFC 5754 §2
SHA256: Final = "2.16.840.1.101.3.4.2.1"  # RFC 5754 §2
SHA384: Final = "2.16.840.1.101.3.4.2.2"  # RFC 5754 §2
SHA512: Final = "2.16.840.1.101.3.4.2.3"  # RFC 5754 §2

# --- keys and signatures ----------------------------------------------------------------------
EC_PUBLIC_KEY: Final = "1.2.840.10045.2.1"  # RFC 5480 §2.1.1
ECDSA_SHA256: Final = "1.2.840.10045.4.3.2"  # RFC 5758 §3.2
ECDSA_SHA384: Final = "1.2.840.10045.4.3.3"  # RFC 5758 §3.2
RSA_SHA256: Final = "1.2.840.113549.1.1.11"  # RFC 4055 §5
RSA_SHA384: Final = "1.2.840.113549.1.1.12"  # RFC 4055 §5
RSA_SHA512: Final = "1.2.840.113549.1.1.13"  # RFC 4055 §5

# --- certificates (RFC 5280 §4.2) -------------------------------------------------------------
BASIC_CONSTRAINTS: Final = "2.5.29.19"
KEY_USAGE: Final = "2.5.29.15"
EXTENDED_KEY_USAGE: Final = "2.5.29.37"
AUTHORITY_KEY_IDENTIFIER: Final = "2.5.29.35"
SUBJECT_KEY_IDENTIFIER: Final = "2.5.29.14"
CERTIFICATE_POLICIES: Final = "2.5.29.32"
CRL_DISTRIBUTION_POINTS: Final = "2.5.29.31"
CRL_NUMBER: Final = "2.5.29.20"
CRL_REASON: Final = "2.5.29.21"
AUTHORITY_INFORMATION_ACCESS: Final = "1.3.6.1.5.5.7.1.1"
ANY_POLICY: Final = "2.5.29.32.0"
QT_CPS: Final = "1.3.6.1.5.5.7.2.1"
QT_USER_NOTICE: Final = "1.3.6.1.5.5.7.2.2"
TIME_STAMPING: Final = "1.3.6.1.5.5.7.3.8"  # RFC 3161 §2.3
OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"  # RFC 6960 §4.2.2.2
DOCUMENT_SIGNING: Final = "1.3.6.1.5.5.7.3.36"  # RFC 9336 §3
QC_STATEMENTS: Final = "1.3.6.1.5.5.7.1.3"  # RFC 3739 §3.2.6
QC_COMPLIANCE: Final = "0.4.0.1862.1.1"  # ETSI EN 319 412-5 §4.2.1; never asserted here

# --- OCSP (RFC 6960) --------------------------------------------------------------------------
OCSP_BASIC: Final = "1.3.6.1.5.5.7.48.1.1"
OCSP_NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
OCSP_NO_CHECK: Final = "1.3.6.1.5.5.7.48.1.5"
OCSP_EXTENDED_REVOKE: Final = "1.3.6.1.5.5.7.48.1.9"

# --- CMS and time stamps ----------------------------------------------------------------------
SIGNED_DATA: Final = "1.2.840.113549.1.7.2"  # RFC 5652 §5.1
CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"  # RFC 5652 §11.1
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"  # RFC 5652 §11.2
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"  # RFC 5652 §11.3
TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"  # RFC 3161 §2.4.2
SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"  # RFC 5035 §3
TIME_STAMP_TOKEN: Final = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - RFC 3161 App. A, no password


def is_under(oid: str, arc: str) -> bool:
    """Decide whether `oid` is `arc` or below it, arc by arc, so that 1.2.81 is not under 1.2.8."""
    wanted = arc.split(".")
    return oid.split(".")[: len(wanted)] == wanted
