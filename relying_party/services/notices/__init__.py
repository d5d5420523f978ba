"""Notices: one inbox for everything departments tell a citizen.

Read `routes.py` first; `intake.py` is where the identity provider delivers.
"""

from relying_party.services.notices.service import create_notices

__all__ = ["create_notices"]
