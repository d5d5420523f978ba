"""A profile as written (TOML) becomes a profile as checked (frozen), once, at start.

Whatever contradicts itself, RFC 5280, or the limits of the practice statement stops here, before
any key is near.
"""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any, Final

from certs.base import oids
from certs.base.algorithms import CURVES
from certs.base.errors import ProfileError

KEY_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_cert_sign",
    "crl_sign",
)
"""The uses that a key may be certified for here (RFC 5280 §4.2.1.3); no key enciphers."""

EXTENDED_KEY_USAGES: Final = {"timeStamping": oids.TIME_STAMPING, "OCSPSigning": oids.OCSP_SIGNING}
ATTRIBUTES: Final = frozenset(
    {"C", "O", "organizationIdentifier", "CN", "SN", "GN", "serialNumber"}
)

MAX_LIFETIME: Final = {
    "root": timedelta(days=20 * 366),
    "issuing": timedelta(days=10 * 366),
    "tsa": timedelta(days=6 * 366),
    "ocsp": timedelta(days=366),
    "seal": timedelta(days=3 * 366),
    "citizen": timedelta(days=3 * 366),
    "minor": timedelta(days=3 * 366),
}
"""What the practice statement promises; a profile that wants more stops the process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of certificate, as checked.

    `issuer` is `self`, `root` or `issuing`. `policy` is None where no policy is asserted.
    `reliance_limit` is in Hong Kong dollars, None where the certificate carries none.
    """

    name: str
    issuer: str
    curve: str
    lifetime: timedelta
    is_ca: bool
    path_length: int | None
    key_usage: frozenset[str]
    extended_key_usage: tuple[str, ...]
    extended_key_usage_critical: bool
    policy: str | None
    reliance_limit: int | None
    subject: frozenset[str]
    status_pointers: bool
    ocsp_no_check: bool

    @property
    def for_people(self) -> bool:
        """Whether the subject is a natural person."""
        return "serialNumber" in self.subject


def load(text: str) -> Profile:
    """Check a profile as written. Raises `ProfileError`, whose detail names the profile."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError("not_toml", str(error)) from error
    name = written.get("name", "?")
    unknown = set(written) ^ _MEMBERS
    if unknown:
        raise ProfileError("wrong_members", f"{name}: {', '.join(sorted(unknown))}")
    profile = _profile(written)
    for code, holds in _rules(profile):
        if not holds:
            raise ProfileError(code, profile.name)
    return profile


@cache
def builtin(name: str) -> Profile:
    """Answer a profile that ships with this package. Raises `ProfileError` (`unknown`)."""
    if name not in builtin_names():
        raise ProfileError("unknown", name)
    file = resources.files("certs.profiles") / "builtin" / f"{name}.toml"
    profile = load(file.read_text(encoding="utf-8"))
    if profile.name != name:
        raise ProfileError("wrong_name", name)
    return profile


def builtin_names() -> tuple[str, ...]:
    """Name the profiles that ship with this package."""
    return tuple(MAX_LIFETIME)


_MEMBERS: Final = frozenset(
    {
        "name",
        "issuer",
        "curve",
        "lifetime_days",
        "ca",
        "path_length",
        "key_usage",
        "extended_key_usage",
        "extended_key_usage_critical",
        "policy",
        "reliance_limit",
        "subject",
        "status_pointers",
        "ocsp_no_check",
    }
)
_POLICIES: Final = {
    "": None,
    "any": oids.ANY_POLICY,
    "citizen": oids.POLICY_CITIZEN,
    "minor": oids.POLICY_MINOR,
    "seal": oids.POLICY_SEAL,
    "tsa": oids.POLICY_TSA,
}


def _profile(written: dict[str, Any]) -> Profile:
    try:
        path_length, limit = int(written["path_length"]), int(written["reliance_limit"])
        return Profile(
            name=str(written["name"]),
            issuer=str(written["issuer"]),
            curve=str(written["curve"]),
            lifetime=timedelta(days=int(written["lifetime_days"])),
            is_ca=bool(written["ca"]),
            path_length=None if path_length < 0 else path_length,
            key_usage=frozenset(written["key_usage"]),
            extended_key_usage=tuple(
                EXTENDED_KEY_USAGES[usage] for usage in written["extended_key_usage"]
            ),
            extended_key_usage_critical=bool(written["extended_key_usage_critical"]),
            policy=_POLICIES[written["policy"]],
            reliance_limit=None if limit < 0 else limit,
            subject=frozenset(written["subject"]),
            status_pointers=bool(written["status_pointers"]),
            ocsp_no_check=bool(written["ocsp_no_check"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ProfileError("wrong_value", f"{written['name']}: {error}") from error


def _rules(profile: Profile) -> tuple[tuple[str, bool], ...]:
    usage, extended = profile.key_usage, profile.extended_key_usage
    longest = MAX_LIFETIME.get(profile.name, timedelta(0))
    time_stamping = oids.TIME_STAMPING in extended
    return (
        ("unknown_issuer", profile.issuer in {"self", "root", "issuing"}),
        ("unknown_curve", profile.curve in CURVES),
        ("lifetime", timedelta(0) < profile.lifetime <= longest),
        ("unknown_key_usage", bool(usage) and usage <= set(KEY_USAGES)),
        # RFC 5280 §4.2.1.3 and §4.2.1.9: cA and keyCertSign stand and fall together
        ("ca_and_key_cert_sign", profile.is_ca == ("key_cert_sign" in usage)),
        ("path_length_without_ca", profile.is_ca or profile.path_length is None),
        # ETSI EN 319 412-2 §4.3.2: a commitment key does nothing else
        ("mixed_commitment", "content_commitment" not in usage or len(usage) == 1),
        # RFC 3161 §2.3: critical, and alone
        (
            "time_stamping_alone",
            not time_stamping or (len(extended) == 1 and profile.extended_key_usage_critical),
        ),
        # RFC 6960 §4.2.2.2.1: only a delegated responder is never checked
        ("no_check", profile.ocsp_no_check == (oids.OCSP_SIGNING in extended)),
        ("unknown_attribute", {"C", "O", "CN"} <= profile.subject <= ATTRIBUTES),
        # Cap. 553 s. 41: whoever a certificate binds, the limit stands in it
        ("reliance_limit", not profile.for_people or profile.reliance_limit is not None),
        ("minor_limit", profile.name != "minor" or profile.reliance_limit == 0),
    )
