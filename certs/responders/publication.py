"""When a new CRL is made: after every change, and when the last one is no longer fresh."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from cryptography import x509

from certs.keys.signer import Signer
from certs.profiles.terms import CrlTerms
from certs.register.model import PublishedCrl, Register
from certs.responders.crl import build_crl


class CrlPublisher:
    """Publishes the CRL of one issuer. `open_signer` is called only when one is to be signed."""

    def __init__(
        self,
        *,
        name: str,
        issuer: x509.Certificate,
        open_signer: Callable[[], Signer],
        register: Register,
        terms: CrlTerms,
    ) -> None:
        self._name: Final = name
        self._issuer: Final = issuer
        self._open_signer: Final = open_signer
        self._register: Final = register
        self._terms: Final = terms

    def current(self, now: datetime) -> bytes:
        """Answer the CRL of `now`: the stored one if it is fresh and nothing has changed."""
        # the revision is read before the list, so a CRL never claims more than it shows
        revision = self._register.revision(self._name)
        stored = self._register.current_crl(self._name)
        if (
            stored is not None
            and stored.revision == revision
            and stored.this_update <= now < stored.this_update + self._terms.renewal
        ):
            return stored.der
        return self._publish(revision, now)

    def _publish(self, revision: int, now: datetime) -> bytes:
        number = self._register.next_number(f"crl {self._name}")
        next_update = now + self._terms.validity
        encoded = build_crl(
            self._issuer,
            self._open_signer(),
            self._register.withdrawn(self._name),
            number=number,
            this_update=now,
            next_update=next_update,
        )
        self._register.publish_crl(
            PublishedCrl(
                issuer=self._name,
                number=number,
                revision=revision,
                this_update=now,
                next_update=next_update,
                der=encoded,
            )
        )
        return encoded
