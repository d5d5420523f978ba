"""The trust list: which anchors count, and which classes of certificate are recognised, and when.

Recognition is an axis of its own beside certificate status (Cap. 553 ss. 21-24): it belongs to
an issuer *and* a class (a policy identifier), it has a beginning and an end, and it may be
suspended in between. So the question is always asked of a moment. The list itself is signed, has
a number that only rises, and a date by which the next one is due (ETSI TS 119 602 in shape).

This room is read by verifiers and by the authority alike, so it holds no key: signing is a
function that the caller passes in.
"""

from certs.trustlist.document import load, publish
from certs.trustlist.model import (
    Anchor,
    Period,
    Recognition,
    RecognitionEntry,
    RecognitionStatus,
    TrustList,
    fingerprint,
    policies_of,
    recognition_at,
)

__all__ = [
    "Anchor",
    "Period",
    "Recognition",
    "RecognitionEntry",
    "RecognitionStatus",
    "TrustList",
    "fingerprint",
    "load",
    "policies_of",
    "publish",
    "recognition_at",
]
