"""Where an authority keeps its things: one folder, the same names everywhere."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from certs.base.der import certificate_from_der


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityFolder:
    """The folder of an authority, as names of files."""

    path: Path

    def key(self, name: str) -> Path:
        """The encrypted private key of `root`, `issuing`, `tsa`, `ocsp` or `seal-…`."""
        return self.path / "keys" / f"{name}.key.pem"

    def certificate(self, name: str) -> Path:
        """The certificate that goes with a key, in DER."""
        return self.path / "certificates" / f"{name}.cer"

    def load_certificate(self, name: str) -> x509.Certificate:
        """Read a certificate. Raises `EncodingError`, `OSError`."""
        return certificate_from_der(self.certificate(name).read_bytes())

    def seal_names(self) -> tuple[str, ...]:
        """Name the seals that there are."""
        files = sorted((self.path / "certificates").glob("seal-*.cer"))
        return tuple(file.stem.removeprefix("seal-") for file in files)

    @property
    def register(self) -> Path:
        """The register."""
        return self.path / "register.sqlite"

    @property
    def settings(self) -> Path:
        """The settings of the ceremony."""
        return self.path / "settings.json"

    @property
    def trust_list(self) -> Path:
        """The signed trust list."""
        return self.path / "trust-list.json"

    @property
    def practice_statement(self) -> Path:
        """The practice statement, in Markdown."""
        return self.path / "practice-statement.md"

    @property
    def transcript(self) -> Path:
        """What the ceremony did, in Markdown."""
        return self.path / "transcript.md"
