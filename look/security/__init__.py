"""Page security shared by every service: headers, body limits, forgery tokens, cookies."""

from look.security.body_limit import BodyLimit
from look.security.cookies import clear_host_cookie, host_cookie, read_host_cookie
from look.security.csrf import check_csrf, is_same_origin, mint_csrf
from look.security.headers import SecurityHeaders, allow_form_action

__all__ = [
    "BodyLimit",
    "SecurityHeaders",
    "allow_form_action",
    "check_csrf",
    "clear_host_cookie",
    "host_cookie",
    "is_same_origin",
    "mint_csrf",
    "read_host_cookie",
]
