"""Subject names: who may be named how, and the marks that every name here carries.

Every organisation says "OneChop Demonstration" and every common name says "Demonstration", so
that no certificate can be shown apart from the fact that its CA is not recognised.
"""

import re
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from certs.base.errors import IssuanceError

MARK: Final = "Demonstration"
ORGANISATION: Final = "OneChop Demonstration"
COUNTRY: Final = "HK"

_ATTRIBUTES: Final = {
    # order of the relative distinguished names; X.520 upper bounds
    "C": (NameOID.COUNTRY_NAME, 2),
    "O": (NameOID.ORGANIZATION_NAME, 64),
    "organizationIdentifier": (NameOID.ORGANIZATION_IDENTIFIER, 64),
    "SN": (NameOID.SURNAME, 64),
    "GN": (NameOID.GIVEN_NAME, 64),
    "serialNumber": (NameOID.SERIAL_NUMBER, 64),
    "CN": (NameOID.COMMON_NAME, 64),
}
_PSEUDONYM: Final = re.compile(r"[A-Za-z0-9-]{8,48}")
_HKID: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{1,2}\d{6}\(?[0-9A]?\)?(?![A-Z0-9])")
_SLUG: Final = re.compile(r"[a-z][a-z0-9-]{1,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenSubject:
    """A resident as a certificate names them.

    `pseudonym` stands in serialNumber; it is drawn at random or by a keyed hash and is never the
    identity number, nor anything that can be computed from it alone.
    """

    name_en: str
    pseudonym: str
    name_zh: str | None = None

    def attributes(self) -> dict[str, str]:
        """Answer the subject's attributes. Raises `IssuanceError` (`bad_name`)."""
        if not _PSEUDONYM.fullmatch(self.pseudonym) or looks_like_hkid(self.pseudonym):
            raise IssuanceError("bad_name", "pseudonym")
        if not self.name_en.strip():
            raise IssuanceError("bad_name", "name_en")
        name = " ".join(part for part in (self.name_en, self.name_zh) if part)
        return checked(
            {
                "C": COUNTRY,
                "O": f"{ORGANISATION} (Personal)",
                "serialNumber": self.pseudonym,
                "CN": f"{name} ({MARK})",
            }
        )


def seal_attributes(name: str, organisation: str) -> dict[str, str]:
    """Answer the attributes of a department's seal; `name` is a slug such as `licensing`.

    Raises `IssuanceError` (`bad_name`).
    """
    if not _SLUG.fullmatch(name):
        raise IssuanceError("bad_name", "seal")
    return checked(
        {
            "C": COUNTRY,
            "O": f"{ORGANISATION}: {organisation}",
            "organizationIdentifier": f"OC:HK-{name}",
            "CN": f"{organisation} ({MARK} seal)",
        }
    )


def authority_attributes(role: str) -> dict[str, str]:
    """Answer the attributes of one of the authority's own certificates, such as `Root CA 1`."""
    return checked({"C": COUNTRY, "O": ORGANISATION, "CN": f"{ORGANISATION} {role}"})


def checked(attributes: dict[str, str]) -> dict[str, str]:
    """Refuse attributes that are empty, too long for X.520, or hold control characters.

    Raises `IssuanceError` (`bad_name`).
    """
    for key, value in attributes.items():
        limit = _ATTRIBUTES[key][1]
        if not value.strip() or len(value) > limit or not value.isprintable():
            raise IssuanceError("bad_name", key)
    return attributes


def x509_name(attributes: dict[str, str]) -> x509.Name:
    """Put attributes into the one order that is used here."""
    return x509.Name(
        [
            x509.NameAttribute(oid, attributes[key])
            for key, (oid, _) in _ATTRIBUTES.items()
            if key in attributes
        ]
    )


def keys_of(name: x509.Name) -> list[str]:
    """Answer the short names of a name's attributes; a foreign one by its dotted form."""
    short = {oid: key for key, (oid, _) in _ATTRIBUTES.items()}
    return [short.get(part.oid, part.oid.dotted_string) for part in name]


def looks_like_hkid(text: str) -> bool:
    """Decide whether a text holds something of the shape of an identity card number."""
    return _HKID.search(text.upper()) is not None
