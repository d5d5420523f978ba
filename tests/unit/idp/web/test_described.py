"""A browser's name for its owner."""

from __future__ import annotations

import pytest

from idp.web.described import described


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36", "Chrome on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17 Safari/605", "Safari on Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) CriOS/1", "Chrome on iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0", "Firefox on Linux"),
        ("curl/8", "Browser"),
        ("", "Browser"),
        (None, "Browser"),
        ("<script>alert(1)</script>", "Browser"),
    ],
)
def test_it_is_named_from_what_is_known(user_agent: str | None, name: str) -> None:
    assert described(user_agent) == name
