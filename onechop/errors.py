"""The one error of the command line: a code for programs, words and a way out for people."""

from typing import Final

FAILED: Final = 1
ATTENTION: Final = 2
REFUSED: Final = 3
EXPIRED: Final = 4
UNREACHABLE: Final = 5

EXIT_CODES: Final = {
    0: "ok",
    FAILED: "failed",
    ATTENTION: "wrong usage, or something needs attention",
    REFUSED: "refused, or could not be run",
    EXPIRED: "expired",
    UNREACHABLE: "not reachable",
}
"""What an exit code means; `onechop verify` has its own four, see its help."""

CATALOGUE: Final = {
    "usage": "The command was called in a way it does not know.",
    "interrupted": "Somebody pressed Ctrl-C.",
    "internal": "A defect of OneChop itself.",
    "port_in_use": "Another program listens on a port that is needed.",
    "already_running": "A demonstration already runs on this data folder.",
    "ports_changed": "The data folder was made for other ports; certificates carry them.",
    "data_folder": "The data folder cannot be written, or others can read it.",
    "pki": "The certification authority could not be made or opened.",
    "prepare": "The identity provider could not prepare its database.",
    "not_ready": "A service did not answer in time after its start.",
    "child_failed": "A service ended by itself again and again.",
    "file": "A file could not be read.",
    "phone": "No phone is bound, or it is not clear which one is meant.",
    "resident": "The demonstration has no such resident.",
    "phone_refused": "What the phone asked for was refused, or did not end as asked.",
    "certificate_not_accepted": "The phone's signing certificate was not accepted yet.",
    "unreachable": "The identity provider does not answer.",
    "trust_list": "A trust list is damaged, or not signed as it should be.",
}
"""Every code, with what it means: `docs/reference/errors.md` is compared with it."""


class Failure(Exception):  # noqa: N818 - it is the outcome of a command, reported to a person
    """A command cannot go on.

    Args:
        code: stable, from `CATALOGUE`.
        message: what happened, one sentence.
        hint: how to mend it.
        exit_code: see `EXIT_CODES`.
    """

    def __init__(self, code: str, message: str, *, hint: str = "", exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.exit_code = exit_code

    @property
    def docs(self) -> str:
        """Where the code is explained."""
        return f"docs/reference/errors.md#{self.code}"

    def as_json(self) -> dict[str, str]:
        """The form in which `--json` prints it."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "docs": self.docs}
