"""The one place that reads the clock and draws randomness; both are passed on as values."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""Answers the present moment, aware and in UTC."""

Entropy: TypeAlias = Callable[[int], bytes]
"""Answers that many bytes from a cryptographically secure source."""


def system_clock() -> datetime:
    """Answer the present moment of this machine, aware and in UTC."""
    return datetime.now(UTC)


def system_entropy(size: int) -> bytes:
    """Draw `size` bytes from the operating system's secure source."""
    return secrets.token_bytes(size)
