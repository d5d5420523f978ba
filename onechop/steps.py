"""Run several commands of the identity provider in one process: `STEP [ARGUMENT…] -- STEP …`.

A process of its own, because settings are read from its environment; one for all steps, because
starting takes longer than any of them.
"""

import sys

from idp.cli import app


def run(arguments: list[str]) -> None:
    """Run the steps in order; the first that fails ends the process with its exit code."""
    step: list[str] = []
    for argument in [*arguments, "--"]:
        if argument != "--":
            step.append(argument)
            continue
        code = app(args=step, standalone_mode=False)
        if isinstance(code, int) and code != 0:
            sys.exit(code)
        step = []


if __name__ == "__main__":
    run(sys.argv[1:])
