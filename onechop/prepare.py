"""The first start: the ceremony of the certification authority, the database, the departments.

Every step can be repeated: what is already there stays as it is.
"""

import base64
import os
import subprocess
import sys

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certs.base.effects import system_clock, system_entropy
from onechop.console import say
from onechop.departments import DEPARTMENTS, write_private, write_registrations
from onechop.errors import Failure
from onechop.layout import Layout
from onechop.processes import tail
from onechop.state import remember


def prepare(layout: Layout) -> None:
    """Bring the data folder into the state that the services start from.

    Raises Failure(pki) or Failure(prepare).
    """
    for folder in (layout.idp, layout.departments, layout.logs, layout.run):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    remember(layout)  # first: from the ceremony on, certificates carry the port
    ensure_pki(layout)
    files = write_registrations(layout)
    say("Preparing the database, the residents and the departments")
    idp(layout, ["migrate"], ["seed"], *(["register-client", str(file)] for file in files))


def ensure_passphrase(layout: Layout) -> bytes:
    """Read the passphrase of the authority's keys, or draw one of 256 bits."""
    if not layout.passphrase_file.exists():
        write_private(layout.passphrase_file, base64.urlsafe_b64encode(system_entropy(32)) + b"\n")
    return layout.passphrase_file.read_bytes().strip()


def ensure_pki(layout: Layout) -> None:
    """Hold the ceremony unless it was held: root, issuing CA, TSA, OCSP, a seal per department.

    Raises Failure(pki).
    """
    # Imported here: the authority is heavy, and most commands do without.
    from certs.authority import Authority
    from certs.base.errors import CertsError
    from certs.issuance import ceremony

    passphrase = ensure_passphrase(layout)
    seals = tuple((each.client_id, each.name["en"]) for each in DEPARTMENTS)
    try:
        if not layout.pki.exists():
            say("Holding the key ceremony of the demonstration certification authority")
            settings = ceremony.CeremonySettings(base_url=f"{layout.issuer}/pki", seals=seals)
            ceremony.hold(
                layout.pki, passphrase, settings, clock=system_clock, entropy=system_entropy
            )
        authority = Authority.open(
            layout.pki, passphrase, clock=system_clock, entropy=system_entropy
        )
        key = authority.ca_chain[0].public_key()
        write_private(layout.trust_list, authority.trust_list_json)
        write_private(
            layout.trust_list_key,
            key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        )
        authority.close()
    except (CertsError, OSError, ValueError) as error:
        raise Failure(
            "pki",
            f"The certification authority could not be opened: {error}",
            hint=f"Without real documents, remove {layout.data} and start again.",
        ) from error


def idp(layout: Layout, *steps: list[str]) -> None:
    """Run commands of the identity provider, one after the other, with its settings.

    Raises Failure(prepare) with the end of what they said.
    """
    log = layout.logs / "prepare.log"
    arguments = [word for step in steps for word in (*step, "--")][:-1]
    with log.open("ab") as output:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "onechop.steps", *arguments],
            env={**os.environ, **layout.idp_environment()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
    if done.returncode != 0:
        message = f"The database could not be prepared. The log ends:\n{tail(log)}"
        raise Failure("prepare", message, hint=f"See {log}")
