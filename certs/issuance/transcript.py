"""What a ceremony did, for people to read and to keep."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from certs.base.der import certificate_from_der
from certs.base.digest import sha256
from certs.register.model import IssuedCertificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A ceremony that was held: when, for which address, and what it made, in order."""

    held_at: datetime
    base_url: str
    made: tuple[tuple[str, IssuedCertificate], ...]

    def to_markdown(self) -> str:
        """Write the transcript as Markdown."""
        parts = [
            "# Transcript of the key ceremony",
            "",
            (
                "This is a demonstration authority. It is **not recognised** under the Electronic"
                " Transactions Ordinance (Cap. 553), and none of its certificates has legal effect."
            ),
            "",
            f"- Held at: {self.held_at:%Y-%m-%d %H:%M:%S} UTC",
            f"- Repository: {self.base_url}",
            f"- Certificates made: {len(self.made)}",
            "",
            (
                "Every private key was drawn on this machine, encrypted with the passphrase of the"
                " ceremony, and written to a file that only its owner can read. Each certificate"
                " was linted and recorded in the register before it was signed, and compared after."
            ),
            "",
        ]
        for step, (name, record) in enumerate(self.made, start=1):
            parts += [f"## {step}. {name}", "", *_lines(record), ""]
        return "\n".join(parts)


def _lines(record: IssuedCertificate) -> list[str]:
    assert record.der is not None
    certificate = certificate_from_der(record.der)
    return [
        f"- Subject: `{certificate.subject.rfc4514_string()}`",
        f"- Issuer: `{certificate.issuer.rfc4514_string()}`",
        f"- Profile: `{record.profile}`",
        f"- Serial number: `{record.serial:x}`",
        f"- Valid: {record.not_before:%Y-%m-%d} to {record.not_after:%Y-%m-%d}",
        f"- Key identifier: `{_key_id(certificate)}`",
        f"- SHA-256 fingerprint: `{sha256(record.der).hex()}`",
    ]


def _key_id(certificate: x509.Certificate) -> str:
    return x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest.hex()
