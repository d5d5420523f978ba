"""`python -m idp`: the operator's commands."""

from idp.cli import app

app(prog_name="idp")
