"""What `onechop doctor` looks at: each check is a function of the layout, and mends if it may."""

import platform
import shutil
import socket
import sqlite3
import stat
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from certs.base.effects import system_clock
from onechop.layout import Layout

SQLITE_WAL_FIX: Final = (3, 51, 3)
"""From here on two connections cannot corrupt a WAL by a checkpoint at the wrong instant."""

LANGUAGES: Final = ("zh_Hant_HK", "zh_Hans_HK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding; `status` is ok, attention or failed, `fix` says what to do."""

    id: str
    status: str
    message: str
    fix: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form in which `--json` prints it."""
        return asdict(self)


def examine(layout: Layout, *, fix: bool) -> list[Check]:
    """Run every check; with `fix`, mend what is safe to mend first."""
    return [check(layout, fix) for check in CHECKS]


def python(_layout: Layout, _fix: bool) -> Check:  # noqa: FBT001 - all checks are called alike
    """Python is 3.11 or later."""
    version = platform.python_version()
    status = "ok" if sys.version_info >= (3, 11) else "failed"
    return Check(id="python", status=status, message=version, fix="Install Python 3.11 or later.")


def ports(layout: Layout, _fix: bool) -> Check:  # noqa: FBT001
    """Nobody else listens on our ports."""
    busy = [port for port in (layout.port_idp, layout.port_departments) if _listening(port)]
    if not busy:
        return Check(id="ports", status="ok", message="free")
    names = ", ".join(map(str, busy))
    fix = "A demonstration may be running; else choose ports: onechop up --port-idp …"
    return Check(id="ports", status="attention", message=f"in use: {names}", fix=fix)


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def clock(layout: Layout, _fix: bool) -> Check:  # noqa: FBT001
    """The clock is not behind what was last written: signatures and tokens hang on it."""
    now = system_clock()
    newest = (
        max(
            (file.stat().st_mtime for file in layout.data.rglob("*") if file.is_file()), default=0.0
        )
        if layout.data.exists()
        else 0.0
    )
    if now.year < 2026 or newest > now.timestamp() + 60:
        fix = "Set the clock: timedatectl set-ntp true"
        return Check(id="clock", status="failed", message=f"behind: {now:%F %T} UTC", fix=fix)
    return Check(id="clock", status="ok", message=f"{now:%F %T} UTC")


def data_folder(layout: Layout, fix: bool) -> Check:  # noqa: FBT001
    """The data folder can be written, and only by its owner."""
    folder = layout.data
    if not folder.exists():
        return Check(id="data", status="ok", message=f"{folder} will be made at the first start")
    if fix:
        folder.chmod(0o700)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        message = f"{folder} can be read by others ({mode:o})"
        return Check(id="data", status="attention", message=message, fix=f"chmod 700 {folder}")
    free = shutil.disk_usage(folder).free // 2**20
    status = "ok" if free > 200 else "attention"
    return Check(id="data", status=status, message=f"{folder}, {free} MiB free", fix="Free space.")


def keys(layout: Layout, fix: bool) -> Check:  # noqa: FBT001
    """Private keys and passphrases can be read by their owner alone."""
    secret = [*layout.data.rglob("*.key.pem"), *layout.data.rglob("*.passphrase")]
    loose = [file for file in secret if stat.S_IMODE(file.stat().st_mode) & 0o077]
    if fix:
        for file in loose:
            file.chmod(0o600)
        loose = []
    if loose:
        names = " ".join(map(str, loose))
        message = f"readable by others: {names}"
        return Check(id="keys", status="failed", message=message, fix=f"chmod 600 {names}")
    return Check(id="keys", status="ok", message=f"{len(secret)} files, owner only")


def sqlite(layout: Layout, _fix: bool) -> Check:  # noqa: FBT001
    """SQLite can write ahead, and is new enough for more than one writer."""
    del layout
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= SQLITE_WAL_FIX:
        return Check(id="sqlite", status="ok", message=version)
    message = f"{version}: safe with one process that writes, which is how the demonstration runs"
    return Check(id="sqlite", status="ok", message=message)


def font(_layout: Layout, _fix: bool) -> Check:  # noqa: FBT001
    """The Chinese font for documents is there."""
    path = _font_path()
    if path is None:
        fix = "Install the whole package again: make demo"
        return Check(id="font", status="failed", message="no Chinese font for PDFs", fix=fix)
    return Check(id="font", status="ok", message=path.name)


def _font_path() -> Path | None:
    if find_spec("look") is None or find_spec("look.fonts") is None:
        return None
    path = Path(import_module("look.fonts").cjk_font_path())
    return path if path.exists() else None


def catalogues(_layout: Layout, _fix: bool) -> Check:  # noqa: FBT001
    """Every language has its catalogue in every room that speaks."""
    missing = []
    for room in ("look", "idp", "relying_party"):
        spec = find_spec(room)
        folder = Path(spec.origin).parent / "locales" if spec and spec.origin else None
        if folder is None or not folder.exists():
            continue
        missing += [f"{room}/{code}" for code in LANGUAGES if not list(folder.glob(f"{code}*"))]
    if missing:
        message = f"missing: {', '.join(missing)}"
        return Check(id="languages", status="attention", message=message, fix="make words")
    return Check(id="languages", status="ok", message="English, 繁體, 简体")


def addresses(layout: Layout, _fix: bool) -> Check:  # noqa: FBT001
    """Names under .localhost lead to this machine (RFC 6761 §6.3)."""
    host = layout.issuer.removeprefix("http://").partition(":")[0]
    try:
        found = {item[4][0] for item in socket.getaddrinfo(host, None)}
    except OSError:
        message = (
            f"{host} is unknown here; Chromium, Chrome, Edge and Firefox know it by themselves"
        )
        fix = f"For Safari and other programs add to /etc/hosts: 127.0.0.1 {host}"
        return Check(id="addresses", status="ok", message=message, fix=fix)
    if found <= {"127.0.0.1", "::1"}:
        return Check(id="addresses", status="ok", message=f"{host} is this machine")
    fix = f"Remove {host} from /etc/hosts or the name server."
    return Check(id="addresses", status="failed", message=f"{host} is {found}", fix=fix)


CHECKS: Final[tuple[Callable[[Layout, bool], Check], ...]] = (
    python,
    sqlite,
    clock,
    ports,
    addresses,
    data_folder,
    keys,
    font,
    catalogues,
)
"""The order in which `onechop doctor` speaks."""
