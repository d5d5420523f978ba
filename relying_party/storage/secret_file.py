"""A secret that a department makes for itself once and keeps in a file."""

import os
from pathlib import Path

from relying_party.settings import Entropy


def secret_file(path: Path, entropy: Entropy, size: int = 32) -> bytes:
    """Read the secret, or draw and store it (mode 0600) at the first start.

    Raises ValueError when the file is there but shorter than `size`.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        secret = path.read_bytes()
        if len(secret) < size:
            raise ValueError(f"{path.name} is shorter than {size} bytes") from None
        return secret
    secret = entropy(size)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return secret
