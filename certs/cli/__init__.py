"""`python -m certs`: hold a ceremony, issue, and look after the status of certificates."""

from certs.cli.commands import app

__all__ = ["app"]
