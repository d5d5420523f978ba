"""`python -m relying_party`."""

from relying_party.cli import app

app()
