"""What a department is configured with; the one file here that reads environment and clock.

Every name begins with `ONECHOP_RP_`; `onechop rp settings` prints them. Everything below this
file gets frozen values: a `Department`, a `Clock`, an `Entropy`.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Clock: TypeAlias = Callable[[], datetime]
"""Answers the present moment, aware and in UTC."""

Entropy: TypeAlias = Callable[[int], bytes]
"""Answers that many bytes from a cryptographically secure source."""

DepartmentName: TypeAlias = Literal["licensing", "notices"]


def system_clock() -> datetime:
    """Answer the present moment of this machine, aware and in UTC."""
    return datetime.now(UTC)


def system_entropy(size: int) -> bytes:
    """Draw `size` bytes from the operating system's secure source."""
    return secrets.token_bytes(size)


class Settings(BaseSettings):
    """Where things are. Origins carry no path and no trailing slash."""

    model_config = SettingsConfigDict(env_prefix="ONECHOP_RP_", frozen=True)

    #: Folder with one folder for each department: its key and its database.
    data: Path = Path("var/departments")
    #: The identity provider, exactly as its tokens name it.
    issuer: str = "http://id.localhost:8000"
    #: The port the departments listen on; used to build the two origins when they are not set.
    port: int = 8001
    #: The origin of Licensing Services; empty: `http://licensing.localhost` and the port.
    licensing_origin: str = ""
    #: The origin of Notices; empty: `http://notices.localhost` and the port.
    notices_origin: str = ""
    #: The list of certification authorities whose signatures count. None: no signature counts.
    trust_list: Path | None = None
    #: PEM public key the list must be signed with. None: whoever can write the file decides.
    trust_list_key: Path | None = None

    @field_validator("issuer", "licensing_origin", "notices_origin")
    @classmethod
    def _origin(cls, value: str) -> str:
        """Refuse anything that is not an origin, and http outside `*.localhost`."""
        if not value:
            return value
        parts = urlsplit(value)
        host = parts.hostname or ""
        if f"{parts.scheme}://{parts.netloc}" != value or parts.scheme not in {"http", "https"}:
            raise ValueError("must be scheme://host[:port] and nothing else")
        if parts.scheme == "http" and not is_loopback_name(host):
            raise ValueError("plain http is for localhost only")
        return value

    def origin(self, name: DepartmentName) -> str:
        """The origin of one department's website."""
        given = self.licensing_origin if name == "licensing" else self.notices_origin
        return given or f"http://{name}.localhost:{self.port}"

    def department(self, name: DepartmentName) -> "Department":
        """The department of that name, as its code is given it."""
        return Department(
            client_id=name,
            origin=self.origin(name),
            issuer=self.issuer,
            folder=self.data / name,
            trust_list=self.trust_list,
            trust_list_key=self.trust_list_key,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """One department: who it is, where it lives, whom it trusts. Frozen at start."""

    client_id: str
    origin: str
    issuer: str
    folder: Path
    trust_list: Path | None = None
    trust_list_key: Path | None = None

    @property
    def key_file(self) -> Path:
        """The private key it authenticates with (PKCS#8 PEM, P-256, mode 0600)."""
        return self.folder / "client.key.pem"

    @property
    def database_file(self) -> Path:
        """Its own database; nobody else's data is in it."""
        return self.folder / "service.db"

    @property
    def redirect_uri(self) -> str:
        """Where the login comes back to; registered with the identity provider."""
        return f"{self.origin}/login/callback"

    @property
    def signing_redirect_uri(self) -> str:
        """Where the citizen comes back to after signing; registered too."""
        return f"{self.origin}/sign/callback"


def is_loopback_name(host: str) -> bool:
    """Decide whether a name always means this machine (RFC 6761 §6.3)."""
    return host == "localhost" or host.endswith(".localhost") or host == "127.0.0.1"


LIFETIME_OF_LOGIN_SECONDS: Final = 600
"""How long a citizen may take to approve before the login must be begun again."""
