"""Phones between runs: one file each, with the passkey, readable by its owner alone."""

from __future__ import annotations

import json
from pathlib import Path

from onechop.departments import write_private
from onechop.errors import Failure
from onechop.phone.passkey import SoftwarePasskey


def keep(folder: Path, person_id: str, passkey: SoftwarePasskey) -> Path:
    """Write a phone's file, mode 0600; answers where."""
    file = folder / f"{person_id}.json"
    write_private(file, (json.dumps(passkey.export(), indent=1) + "\n").encode())
    return file


def bound(folder: Path) -> list[str]:
    """Name the residents whose phones are here."""
    return sorted(file.stem for file in folder.glob("*.json"))


def fetch(folder: Path, person_id: str | None) -> tuple[str, SoftwarePasskey]:
    """Find the phone that is meant: the one named, or the only one.

    Raises Failure(phone).
    """
    known = bound(folder)
    if person_id is None and len(known) == 1:
        person_id = known[0]
    if person_id is None:
        message = "Several phones are bound here." if known else "No phone is bound here."
        hint = f"Say which: --phone {known[0]}" if known else "Bind one: onechop phone bind NAME"
        raise Failure("phone", message, hint=hint)
    try:
        kept = json.loads((folder / f"{person_id}.json").read_text())
        return person_id, SoftwarePasskey.restore(kept)
    except FileNotFoundError as error:
        hint = f"Bind it: onechop phone bind {person_id}"
        raise Failure("phone", f"No phone of {person_id} is bound here.", hint=hint) from error
    except (ValueError, KeyError, TypeError) as error:
        hint = f"Bind it again: onechop phone bind {person_id}"
        raise Failure("phone", f"The phone of {person_id} is damaged.", hint=hint) from error
