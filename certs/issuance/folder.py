"""Where an authority keeps its things: one folder, the same names everywhere."""

from dataclasses import dataclass
from pathlib import Path


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

    @property
    def register(self) -> Path:
        """The register."""
        return self.path / "register.sqlite"

    @property
    def settings(self) -> Path:
        """The settings of the ceremony."""
        return self.path / "settings.json"

    @property
    def root_crl(self) -> Path:
        """The root's CRL, made while the root's key was open."""
        return self.path / "root.crl"

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
