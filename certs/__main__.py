"""`python -m certs`."""

from certs.cli import app

app()
