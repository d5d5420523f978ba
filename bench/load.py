"""A closed-loop load on one server: a few keep-alive connections, each asking again at once.

The generator shares the machine with the server, so throughput and latency move with the machine;
the server's own CPU time per operation hardly does. That is the figure to compare.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (lower case; set-cookie joined by newlines) and body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """One keep-alive HTTP/1.1 connection to loopback, without what a real client adds."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send one request and read its whole answer."""
        if self._streams is not None and self._streams[0].at_eof():
            await self.close()  # the server ends connections that were quiet for a while
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}:{self._port}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        found: dict[str, str] = {}
        for line in head[1:-2]:
            name, _, value = line.partition(":")
            key = name.lower()
            found[key] = f"{found[key]}\n{value.strip()}" if key in found else value.strip()
        if found.get("transfer-encoding") == "chunked":
            content = await self._chunks(reader)
        else:
            content = await reader.readexactly(int(found.get("content-length", "0")))
        if found.get("connection") == "close":
            await self.close()
        return Answer(int(head[0].split(" ")[1]), found, content)

    @staticmethod
    async def _chunks(reader: asyncio.StreamReader) -> bytes:
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return b"".join(parts)

    async def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time of these processes and all their descendants, so far."""
    # Fields 14 to 17 of proc(5): its own time, and that of children that have ended.
    ticks = sum(sum(map(int, stat[11:15])) for stat in _tree(pids))
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_mib(pids: Sequence[int]) -> float:
    """Memory of these processes and all their descendants; shared pages count for each."""
    pages = sum(int(stat[21]) for stat in _tree(pids))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _tree(pids: Sequence[int]) -> list[list[str]]:
    """/proc/PID/stat from the third field on, of these processes and their descendants."""
    children: dict[int, list[int]] = {}
    stats: dict[int, list[str]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(stat.parent.name)
        children.setdefault(int(fields[1]), []).append(pid)
        stats[pid] = fields
    found, todo = [], list(pids)
    while todo:
        pid = todo.pop()
        if pid in stats:
            found.append(stats[pid])
        todo += children.get(pid, [])
    return found


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one operation: seconds of wall and CPU, and of each operation."""

    wall: float
    cpu: float
    latencies: tuple[float, ...]


@dataclass(slots=True)
class Figures:
    """What one operation cost, round by round."""

    name: str
    rounds: list[Round] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Operations of all rounds together."""
        return sum(len(each.latencies) for each in self.rounds)

    @property
    def cpu_ms(self) -> list[float]:
        """CPU milliseconds per operation, one figure a round, lowest first."""
        return sorted(1000 * each.cpu / len(each.latencies) for each in self.rounds)

    @property
    def per_second(self) -> float:
        """Operations per second, the median round's."""
        return statistics.median(len(each.latencies) / each.wall for each in self.rounds)

    def latency_ms(self, percentile: int) -> float:
        """A percentile of all rounds' latencies, by nearest rank."""
        ordered = sorted(latency for each in self.rounds for latency in each.latencies)
        return 1000 * ordered[max(0, -(-len(ordered) * percentile // 100) - 1)]

    def row(self) -> str:
        """One line of the table."""
        cpu = self.cpu_ms
        digits = 3 if statistics.median(cpu) < 1 else 2 if statistics.median(cpu) < 100 else 0
        spread = f" [{cpu[0]:.{digits}f}–{cpu[-1]:.{digits}f}]" if len(cpu) > 1 else ""
        return (
            f"| {self.name} | {statistics.median(cpu):.{digits}f}{spread} "
            f"| {self.per_second:,.{0 if self.per_second >= 10 else 1}f} "
            f"| {self.latency_ms(50):.1f} | {self.latency_ms(99):.1f} | {self.count} |"
        )


HEADER = (
    "| operation | CPU ms per operation [rounds] | per second | p50 ms | p99 ms | count |\n"
    "|---|---|---|---|---|---|"
)

Operation = Callable[[int], Awaitable[None]]


async def measure(
    operation: Operation,
    pids: Sequence[int],
    *,
    workers: int,
    seconds: float,
    each: int | None = None,
) -> Round:
    """Run `operation(worker)` in closed loops: a warm-up, then the measured time.

    With `each`, every worker does that many operations instead of going on for `seconds`.
    """
    await _run(operation, workers, seconds / 3, each and 1)
    before, began = cpu_seconds(pids), time.perf_counter()
    latencies = await _run(operation, workers, seconds, each)
    wall = time.perf_counter() - began
    return Round(wall, cpu_seconds(pids) - before, tuple(latencies))


async def _run(operation: Operation, workers: int, seconds: float, each: int | None) -> list[float]:
    latencies: list[float] = []
    until = time.perf_counter() + seconds

    async def loop(worker: int) -> None:
        done = 0
        while (began := time.perf_counter()) < until if each is None else done < each:
            began = time.perf_counter()
            await operation(worker)
            latencies.append(time.perf_counter() - began)
            done += 1

    await asyncio.gather(*(loop(worker) for worker in range(workers)))
    return latencies


def measure_here(operation: Callable[[], object], *, seconds: float) -> Round:
    """Run `operation()` again and again in this process, on one core."""
    return _alone(operation, seconds, time.process_time)


def measure_children(operation: Callable[[], object], *, seconds: float) -> Round:
    """Run `operation()`, which runs a program and waits for it; the CPU is the programs'."""

    def children() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    return _alone(operation, seconds, children)


def _alone(operation: Callable[[], object], seconds: float, cpu: Callable[[], float]) -> Round:
    operation()
    latencies: list[float] = []
    before, first = cpu(), time.perf_counter()
    while (began := time.perf_counter()) < first + seconds:
        operation()
        latencies.append(time.perf_counter() - began)
    return Round(time.perf_counter() - first, cpu() - before, tuple(latencies))
