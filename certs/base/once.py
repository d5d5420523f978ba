"""A thing that can be taken once, whoever comes first, in this process."""

import threading
from typing import Final


class Once:
    """Answers True to exactly one `take`, whatever the number of threads that ask."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()

    def take(self) -> bool:
        """Take it; the first caller gets True, every other one False, for ever."""
        return self._lock.acquire(blocking=False)

    @property
    def taken(self) -> bool:
        """Whether somebody has taken it."""
        return self._lock.locked()

    def __repr__(self) -> str:
        return f"Once(taken={self.taken})"
