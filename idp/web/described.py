"""How a browser is described to its owner: "Chrome on Windows". A hint, never evidence."""

from __future__ import annotations

from typing import Final

_BROWSERS: Final = (  # the first that fits: most browsers also claim to be older ones
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def described(user_agent: str | None) -> str:
    """Describe a browser by its User-Agent header; "Browser" for what we do not know."""
    text = user_agent or ""
    browser = next((name for mark, name in _BROWSERS if mark in text), "Browser")
    system = next((name for mark, name in _SYSTEMS if mark in text), None)
    return f"{browser} on {system}" if system else browser
