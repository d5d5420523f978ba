"""The error of the signing room: a document, a key or a piece of evidence that does not fit."""

from certs.base.errors import CertsError


class SigningError(CertsError):
    """Nothing was signed, or nothing left the room.

    Codes: `document_refused` (the linter said no; `detail` lists its codes),
    `document_unusable`, `algorithm_mismatch` (the signer's key is not the certificate's),
    `timestamp_refused`, `timestamp_malformed`, `too_small` (the reserved space does not hold
    the signature).
    """
