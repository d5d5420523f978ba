"""Settings, read from the environment once, at the start; unsafe ones end the start."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from idp.ports.world import Policy

_ISSUER = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?")


class Settings(BaseSettings):
    """The environment, with the prefix `ONECHOP_IDP_`."""

    model_config = SettingsConfigDict(env_prefix="ONECHOP_IDP_", frozen=True, extra="ignore")

    #: Folder of the database and of the identity provider's own keys.
    data: Path = Path("var/idp")
    #: Our origin, which is also the issuer identifier; https but for `*.localhost`.
    issuer: str = "http://id.localhost:8000"
    #: `sqlite:///FILE` or `postgresql://…`; a file under DATA where nothing is said.
    database_url: str | None = None
    #: `redis://…`: wakes waiting pages across several processes; without it, within this one.
    redis_url: str | None = None
    #: Folder of the certification authority, founded by its ceremony.
    pki: Path = Path("var/pki")
    #: File (mode 0600) with the passphrase that opens the certification authority's keys.
    pki_passphrase_file: Path = Path("var/secrets/pki.passphrase")
    #: Refuse to start with anything that was made for trying things out (as any issuer outside
    #: `*.localhost` does).
    production: bool = False
    #: Residents are synthetic and may be bound to a phone by two clicks.
    demonstration: bool = True
    #: Departments may be on this machine: requests to loopback addresses go out.
    loopback_outbound: bool = True

    @model_validator(mode="after")
    def _safe(self) -> Self:
        """Refuse an issuer that is none, and demonstration behaviour where others can reach it."""
        if not _ISSUER.fullmatch(self.issuer):
            raise ValueError("ISSUER is scheme, host and port, in lower case, without a path")
        insecure = self.issuer.startswith("http://")
        if insecure and not self.host.endswith(".localhost"):
            raise ValueError("ISSUER is https, but for *.localhost")
        if self.production or not self.host.endswith(".localhost"):  # others can reach it
            refused = {
                "ISSUER must be https": insecure,
                "DEMONSTRATION must be false": self.demonstration,
                "LOOPBACK_OUTBOUND must be false": self.loopback_outbound,
            }
            wrong = [words for words, is_wrong in refused.items() if is_wrong]
            if wrong:
                raise ValueError("in production, and outside *.localhost: " + "; ".join(wrong))
        return self

    @property
    def host(self) -> str:
        """The issuer's host name: the relying party id of passkeys."""
        return urlsplit(self.issuer).hostname or ""

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data / 'idp.sqlite3'}"

    @property
    def keyring(self) -> Path:
        """The folder of our own keys."""
        return self.data / "keyring"

    def policy(self) -> Policy:
        """The frozen policy that inner rooms get."""
        return Policy(
            issuer=self.issuer,
            rp_id=self.host,
            demonstration=self.demonstration,
            loopback_outbound=self.loopback_outbound,
        )
