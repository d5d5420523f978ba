"""Find a Chromium for the journeys, or install one: `python tests/house/chromium.py --install`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

ADVICE = """No Chromium or Chrome was found, and none could be installed. One of these helps:
  Debian, Ubuntu:  apt-get install chromium
  elsewhere:       .venv/bin/playwright install chromium
  or say where it is:  CHROMIUM=/path/to/chromium make test"""

FLAGS = (
    "--disable-dev-shm-usage",  # small /dev/shm in containers
    "--disable-gpu",
    "--disable-background-networking",  # no request but the pages' own
    "--disable-component-update",
    "--no-first-run",
)


def find() -> str | None:
    """The browser to use: CHROMIUM, one on the PATH, a usual place, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    for place in PLACES:
        if Path(place).exists():
            return place
    return _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def flags() -> list[str]:
    """The flags a browser is started with here; root has no sandbox."""
    geteuid = getattr(os, "geteuid", lambda: 1)
    return [*FLAGS, *(["--no-sandbox"] if geteuid() == 0 else [])]


def install() -> str | None:
    """Install a browser: Playwright's, else Debian's package when root; answers where it is."""
    _run(sys.executable, "-m", "playwright", "install", "chromium", "--only-shell")
    found = find()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")
        found = find()
    return found


def _run(*command: str) -> None:
    print("Trying:", " ".join(command), file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, check=False, timeout=600, env=environment, stdout=sys.stderr)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)


if __name__ == "__main__":
    browser = find() or (install() if "--install" in sys.argv else None)
    if browser is None:
        sys.exit(ADVICE)
    print("Browser:", browser, file=sys.stderr)
