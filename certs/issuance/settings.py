"""What a ceremony is told: names, places and whom it makes seals for."""

import json
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from certs.base.errors import CeremonyError
from certs.issuance.request import Repository

DEFAULT_SEALS: Final = (("licensing", "Licensing Services"), ("notices", "Notices"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CeremonySettings:
    """Settings of a ceremony.

    `base_url` is where the repository is published, for example
    `http://id.localhost:8000/pki`. `seals` are pairs of a slug and an organisation's name.
    Raises `CeremonyError` (`bad_base_url`).
    """

    base_url: str
    seals: tuple[tuple[str, str], ...] = field(default=DEFAULT_SEALS)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        plain = not (parts.query or parts.fragment or parts.username)
        if parts.scheme not in {"http", "https"} or not parts.netloc or not plain:
            raise CeremonyError("bad_base_url", self.base_url)
        if self.base_url.endswith("/"):
            raise CeremonyError("bad_base_url", "ends with a slash")

    @property
    def repository(self) -> Repository:
        """The addresses that certificates carry."""
        return Repository(base=self.base_url)

    def to_json(self) -> str:
        """Write the settings for the folder of the authority."""
        members = {"base_url": self.base_url, "seals": [list(seal) for seal in self.seals]}
        return json.dumps(members, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "CeremonySettings":
        """Read settings back. Raises `CeremonyError` (`damaged`)."""
        try:
            members = json.loads(text)
            seals = tuple((str(slug), str(name)) for slug, name in members["seals"])
            return cls(base_url=str(members["base_url"]), seals=seals)
        except (ValueError, KeyError, TypeError) as error:
            raise CeremonyError("damaged", "settings.json") from error
