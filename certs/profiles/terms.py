"""How long revocation lists last, as the practice statement says it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class CrlTerms:
    """How long a CRL is valid, and at which age it is replaced."""

    validity: timedelta
    renewal: timedelta


CRL_TERMS: Final = {
    "issuing": CrlTerms(validity=timedelta(hours=24), renewal=timedelta(hours=8)),
    "root": CrlTerms(validity=timedelta(days=365), renewal=timedelta(days=180)),
}
