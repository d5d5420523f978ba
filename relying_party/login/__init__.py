"""Logging a citizen in, keeping them logged in, and getting their data with their consent."""

from relying_party.login.flow import FinishedLogin, Login, LoginFailed
from relying_party.login.sessions import Session, login_tables

__all__ = ["FinishedLogin", "Login", "LoginFailed", "Session", "login_tables"]
