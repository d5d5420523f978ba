"""Licences for whoever logs in: made up from the pairwise subject, so they are always the same.

Stand-in for a department's own records, which it would look up.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from relying_party.services.licensing.renewal import LicenceKind

_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLicence:
    """One licence in the department's register."""

    licence_id: str
    kind: LicenceKind
    number: str
    detail: str
    valid_until: date


def sample_licences(subject: str, today: date) -> tuple[SampleLicence, SampleLicence]:
    """A vehicle licence that ends in about three weeks, a driving licence in about five months."""
    seed = hashlib.sha256(b"licensing sample\0" + subject.encode()).digest()
    mark = "".join(_LETTERS[byte % len(_LETTERS)] for byte in seed[:2])
    vehicle = SampleLicence(
        licence_id=f"v-{seed[:8].hex()}",
        kind=LicenceKind.VEHICLE,
        number=f"VL-{int.from_bytes(seed[2:6]) % 10**8:08d}",
        detail=f"{mark} {1000 + int.from_bytes(seed[6:8]) % 9000}",
        valid_until=today + timedelta(days=19 + seed[8] % 5),
    )
    driving = SampleLicence(
        licence_id=f"d-{seed[:8].hex()}",
        kind=LicenceKind.DRIVING,
        number=f"DL-{int.from_bytes(seed[9:13]) % 10**8:08d}",
        detail="1, 2",
        valid_until=today + timedelta(days=146 + seed[13] % 10),
    )
    return vehicle, driving
