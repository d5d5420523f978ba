"""The errors of `certs`. Each carries a stable code; words for people are found at the edge.

CertsError
├── AlgorithmError      a hash, curve or signature algorithm that is unknown or not allowed
├── EncodingError       DER, PEM, JSON or a note that is not what the format demands
├── KeyFileError        a key file that is missing, readable by others, weak or locked
├── CustodyError        a citizen's key that may not be opened, or not for this
├── RegisterError       a record that is missing, double, or in another state
├── ProfileError        a certificate profile that contradicts itself or the practice statement
├── IssuanceError       a request or a certificate that was refused before signing
├── CeremonyError       a ceremony that may not be held here
├── TrustListError      a trust list that cannot be trusted
└── LedgerError         a tree, proof or checkpoint that does not hold
"""


class CertsError(Exception):
    """Base of the tree: `code` is stable and for programs, `detail` is for one line of a log."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class AlgorithmError(CertsError):
    """A hash, curve or signature algorithm is unknown or not allowed here."""


class EncodingError(CertsError):
    """Bytes are not a strict encoding of what they should be, or are too many."""


class KeyFileError(CertsError):
    """A key file is missing, readable by others, weak, damaged or locked."""


class CustodyError(CertsError):
    """A citizen's key may not be opened, or not for this digest."""


class RegisterError(CertsError):
    """A record is missing, double, or not in the state that was asked for."""


class ProfileError(CertsError):
    """A certificate profile contradicts itself or the practice statement."""


class IssuanceError(CertsError):
    """A request or a prepared certificate was refused; nothing was signed."""


class CeremonyError(CertsError):
    """A ceremony may not be held here, or not again."""


class TrustListError(CertsError):
    """A trust list is damaged, unsigned, too old or not ours."""


class LedgerError(CertsError):
    """A tree, a proof or a checkpoint does not hold."""
