"""The practice statement: written from the profiles, so that the two cannot disagree."""

from datetime import datetime, timedelta
from importlib import resources
from string import Template
from typing import Final

from certs.base import oids
from certs.issuance.settings import CeremonySettings
from certs.profiles.profile import Profile, builtin
from certs.profiles.terms import CRL_TERMS

HOUR: Final = timedelta(hours=1)
_CLASSES: Final = ("citizen", "minor", "seal", "tsa")


def practice_statement(settings: CeremonySettings, held_at: datetime) -> str:
    """Write the practice statement (RFC 3647 in outline) as Markdown."""
    issuing = CRL_TERMS["issuing"]
    file = resources.files("certs.issuance") / "practice-statement.md"
    return Template(file.read_text(encoding="utf-8")).substitute(
        held_on=f"{held_at:%Y-%m-%d}",
        arc=oids.ARC,
        base_url=settings.base_url,
        classes="\n".join(_row(builtin(name)) for name in _CLASSES),
        crl_hours=issuing.validity // HOUR,
        crl_renewal_hours=issuing.renewal // HOUR,
        root_crl_days=CRL_TERMS["root"].validity.days,
        timestamp_policy=oids.TIMESTAMP_POLICY,
    )


def _row(profile: Profile) -> str:
    usage = ", ".join(sorted(name.replace("_", " ") for name in profile.key_usage))
    limit = "none" if profile.reliance_limit is None else f"HK${profile.reliance_limit:,}"
    days = profile.lifetime.days
    return f"| {profile.name} | `{profile.policy}` | {usage} | {days} days | {limit} |"
