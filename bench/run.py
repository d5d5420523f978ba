"""Measure the demonstration: `python bench/run.py [--quick] [--rounds N] [--seconds S]`.

All operations in turn, then all of them again: what else the machine does falls on all alike. The
run ends when any answer is wrong. The table goes to standard output (`make bench`).
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

import peers
from demonstration import Demonstration, running
from documents import Desk, StockPyHanko
from journey import Department
from load import HEADER, Figures, measure, measure_children, measure_here, resident_mib
from operations import Scene

LIBRARIES = ("uvicorn", "starlette", "sqlalchemy", "cryptography", "joserfc", "pyhanko")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds: does it still run?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each operation in a round")
    parser.add_argument("--workers", type=int, default=8, help="connections that ask at once")
    parser.add_argument("--logins", type=int, default=20, help="of each worker in a round")
    parser.add_argument("--ports", type=int, nargs=2, default=(0, 0))
    asked = parser.parse_args()
    if asked.quick:
        asked.rounds, asked.seconds, asked.workers, asked.logins = 1, 0.1, 2, 1
    with (
        tempfile.TemporaryDirectory(prefix="onechop-bench-") as folder,
        running(Path(folder) / "var", tuple(asked.ports)) as demonstration,
    ):
        print(machine(demonstration), flush=True)
        asyncio.run(run(demonstration, Path(folder), asked))


async def run(demonstration: Demonstration, folder: Path, asked: argparse.Namespace) -> None:
    layout = demonstration.layout
    shutil.copytree(layout.pki, folder / "pki")
    desk = Desk.open(folder / "pki", layout.passphrase_file.read_bytes().strip())
    department = Department.load(layout.departments / "licensing", layout.issuer)
    scene = await asyncio.to_thread(Scene, department, desk, asked.workers)
    await scene.begin()
    pids = [demonstration.idp_pid]
    over_http = [(each, Figures(each.name)) for each in scene.measured(asked.logins)]
    inside = await asyncio.to_thread(in_this_process, desk)  # pyHanko begins loops of its own
    here = [(operation, Figures(name)) for name, operation in inside.items()]
    programs = [(one, Figures(name)) for name, one in other_programs(folder, scene.signed).items()]
    for number in range(asked.rounds):
        print(f"round {number + 1} of {asked.rounds}", file=sys.stderr)
        for each, figures in over_http:
            if each.prepare is not None:
                await each.prepare()
            figures.rounds.append(
                await measure(
                    each.operation,
                    pids,
                    workers=each.workers,
                    seconds=asked.seconds,
                    each=each.each,
                )
            )
        for operation, figures in here:
            one = partial(measure_here, operation, seconds=asked.seconds)
            figures.rounds.append(await asyncio.to_thread(one))
        for operation, figures in programs:
            one = partial(measure_children, operation, seconds=asked.seconds)
            figures.rounds.append(await asyncio.to_thread(one))
    if desk.verify(scene.sealed) != "TOTAL-PASSED":
        sys.exit("the sealed document does not verify")
    table(f"Over HTTP, {asked.workers} connections", [figures for _, figures in over_http])
    table("In one process, one core, without HTTP", [figures for _, figures in here])
    table("Peers: other programs, a process for each operation", [f for _, f in programs])
    print(f"\nMemory of the identity provider at the end: {resident_mib(pids):.0f} MiB")
    desk.authority.close()


def in_this_process(desk: Desk) -> dict[str, Callable[[], object]]:
    """Signing and verifying without HTTP: ours, then stock pyHanko as the peer."""
    stock = StockPyHanko(desk)
    signed = desk.sign()
    if desk.verify(signed) != "TOTAL-PASSED" or not stock.validate(signed):
        sys.exit("our signature does not verify")
    if desk.verify(stock.sign()) != "TOTAL-PASSED":
        sys.exit("pyHanko's signature does not verify")
    return {
        "sign a PDF, B-LT": desk.sign,
        "peer: stock pyHanko signs, B-LT": stock.sign,
        "verify a PDF": lambda: desk.verify(signed),
        "peer: stock pyHanko validates": lambda: stock.validate(signed),
    }


def other_programs(folder: Path, signed: bytes) -> dict[str, Callable[[], object]]:
    """The programs that are on this machine."""
    found: dict[str, Callable[[], object]] = {}
    if peers.available("openssl"):
        found |= peers.openssl(folder / "openssl")
    if peers.available("pdfsig"):
        found["`pdfsig -nocert`, a process each"] = peers.pdfsig(folder, signed)
    return found


def table(title: str, rows: list[Figures]) -> None:
    if rows:
        print(f"\n### {title}\n\n{HEADER}")
        print("\n".join(figures.row() for figures in rows))


def machine(demonstration: Demonstration) -> str:
    """When, where and with what: a figure without them means nothing."""
    said = Path("/proc/cpuinfo").read_text()
    models = [line.partition(":")[2].strip() for line in said.splitlines() if "model name" in line]
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    load = Path("/proc/loadavg").read_text().split()[0]
    processor = f"{len(models)} × {models[0] if models else platform.machine()}"
    system = f"{memory:.0f} GiB, Linux {platform.release()}; load average before: {load}"
    lines = [
        f"- Date: {datetime.now(tz=UTC):%d %B %Y, %H:%M} UTC",
        f"- Machine: {processor}, {system}",
        f"- Python {platform.python_version()}; "
        + ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    ]
    if peers.available("openssl"):
        lines.append(f"- Peers: {peers.version('openssl', 'version')}")
        if peers.available("pdfsig"):
            lines[-1] += f"; {peers.version('pdfsig', '-v')}"
    lines.append(f"- First start, key ceremony included: {demonstration.start_seconds:.1f} s")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
