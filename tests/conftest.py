"""What every test has: a fixed clock and a seeded source of randomness; the house's fixtures."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

pytest_plugins = [
    "house.postgres",
    "house.redis",
    "house.browser",
    "house.demo",
    "house.world",
]

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
"""The moment at which tests take place, unless they say otherwise."""


@pytest.fixture
def now() -> datetime:
    """The moment at which the test takes place."""
    return NOW


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that stands still at `now`."""
    return lambda: NOW


@pytest.fixture
def entropy() -> Callable[[int], bytes]:
    """A seeded source: the same bytes in every run, different ones at every call."""
    counter = 0

    def draw(size: int) -> bytes:
        nonlocal counter
        counter += 1
        return hashlib.shake_256(b"onechop tests" + counter.to_bytes(8, "big")).digest(size)

    return draw


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long values by their argument: two processes must collect the same names."""
    return argname if isinstance(val, bytes) and len(val) > 24 else None
