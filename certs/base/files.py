"""Files that are there whole or not at all, and secrets that only their owner can read."""

import os
import stat
from pathlib import Path
from typing import Final

from certs.base.errors import KeyFileError

PRIVATE: Final = 0o600
PUBLIC: Final = 0o644


def write_atomically(path: Path, data: bytes, *, mode: int = PUBLIC) -> None:
    """Write a file under another name, make it durable, then give it its name.

    A crash leaves the old file or the new one. Raises `OSError`.
    """
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_private(path: Path, *, max_bytes: int = 64 * 1024) -> bytes:
    """Read a secret file; refuses links, other owners, and any right of group or others.

    Raises `KeyFileError` (`missing`, `not_a_file`, `not_ours`, `readable_by_others`, `too_large`).
    """
    try:
        # not blocking: a pipe must be refused, not waited for
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise KeyFileError("missing", path.name) from error
    except OSError as error:
        raise KeyFileError("not_a_file", path.name) from error
    try:
        problem = _problem(os.fstat(descriptor), max_bytes)
        if problem is not None:
            raise KeyFileError(problem, path.name)
        return os.read(descriptor, max_bytes)
    finally:
        os.close(descriptor)


def _problem(facts: os.stat_result, max_bytes: int) -> str | None:
    if not stat.S_ISREG(facts.st_mode):
        return "not_a_file"
    if facts.st_uid != os.geteuid():
        return "not_ours"
    if facts.st_mode & 0o077:
        return "readable_by_others"
    return "too_large" if facts.st_size > max_bytes else None
