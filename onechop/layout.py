"""Where everything of a demonstration lies, and under which addresses it answers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

DEFAULT_DATA: Final = Path("var")
DEFAULT_PORT_IDP: Final = 8000
DEFAULT_PORT_DEPARTMENTS: Final = 8001


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The data folder and the ports of one demonstration."""

    data: Path
    port_idp: int
    port_departments: int

    @property
    def issuer(self) -> str:
        """The identity provider's issuer identifier (OIDC Core §2), which is also its origin."""
        return f"http://id.localhost:{self.port_idp}"

    def department_origin(self, client_id: str) -> str:
        """The origin of a department's service."""
        return f"http://{client_id}.localhost:{self.port_departments}"

    @property
    def pki(self) -> Path:
        """The certification authority: certificates, register and encrypted keys."""
        return self.data / "pki"

    @property
    def passphrase_file(self) -> Path:
        """What opens the certification authority's keys."""
        return self.data / "secrets" / "pki.passphrase"

    @property
    def trust_list(self) -> Path:
        """The recognised authorities, as departments keep them."""
        return self.data / "trust-list.json"

    @property
    def trust_list_key(self) -> Path:
        """The public key that the trust list is signed with."""
        return self.data / "trust-list.pub.pem"

    @property
    def idp(self) -> Path:
        """The identity provider's database and keys."""
        return self.data / "idp"

    @property
    def departments(self) -> Path:
        """One folder for each department: its key, its registration, its database."""
        return self.data / "departments"

    @property
    def phones(self) -> Path:
        """The passkeys of phones without a screen (`onechop phone`)."""
        return self.data / "phones"

    @property
    def logs(self) -> Path:
        """What the services say while they run."""
        return self.data / "logs"

    @property
    def run(self) -> Path:
        """Process ids of what runs now."""
        return self.data / "run"

    @property
    def state_file(self) -> Path:
        """What was decided at the first start."""
        return self.data / "onechop.json"

    def idp_environment(self) -> dict[str, str]:
        """The settings that the identity provider is started with."""
        return {
            "ONECHOP_IDP_DATA": str(self.idp),
            "ONECHOP_IDP_ISSUER": self.issuer,
            "ONECHOP_IDP_PKI": str(self.pki),
            "ONECHOP_IDP_PKI_PASSPHRASE_FILE": str(self.passphrase_file),
            "ONECHOP_IDP_DEMONSTRATION": "true",
        }

    def departments_environment(self) -> dict[str, str]:
        """The settings that the departments are started with."""
        return {
            "ONECHOP_RP_DATA": str(self.departments),
            "ONECHOP_RP_ISSUER": self.issuer,
            "ONECHOP_RP_PORT": str(self.port_departments),
            "ONECHOP_RP_TRUST_LIST": str(self.trust_list),
        }
