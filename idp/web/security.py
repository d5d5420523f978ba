"""The guards that stand around every request: headers, body sizes, the language cookie.

All are pure ASGI: event streams pass, and no request pays for a task group.
"""

from __future__ import annotations

from typing import Final

from starlette.middleware import Middleware

from idp.ports.world import Policy
from look.language_cookie import LanguageCookie
from look.security import BodyLimit, SecurityHeaders

BODY_LIMIT: Final = 64 * 1024
_FORM_AROUND_A_DOCUMENT: Final = 64 * 1024


def middleware(policy: Policy) -> list[Middleware]:
    """List the guards, outermost first."""
    https = policy.issuer.startswith("https://")
    document = policy.max_document_bytes + _FORM_AROUND_A_DOCUMENT
    return [
        Middleware(SecurityHeaders, https=https),
        Middleware(LanguageCookie, secure=https),
        Middleware(
            BodyLimit,
            limit=BODY_LIMIT,
            larger=dict.fromkeys(("/signing", "/seals", "/sign", "/verify"), document),
        ),
    ]
