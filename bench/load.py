"""A closed-loop load on one server: a few keep-alive connections, each asking again at once.

The generator shares the machine with the server, so throughput and latency move with the machine;
the server's own CPU time per operation hardly does. That is the figure to compare.
"""

from __future__ import annotations

import asyncio
import os
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
    children: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(stat.parent.name)
        children.setdefault(int(fields[1]), []).append(pid)
        ticks[pid] = int(fields[11]) + int(fields[12])
    total, todo = 0, list(pids)
    while todo:
        pid = todo.pop()
        total += ticks.get(pid, 0)
        todo += children.get(pid, [])
    return total / os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Figures:
    """What one operation cost."""

    name: str
    latencies: list[float] = field(default_factory=list)  # seconds
    wall: float = 0.0
    cpu: float = 0.0

    def row(self) -> str:
        """One line of the table: CPU ms per operation, operations per second, p50 and p99 in ms."""
        ordered = sorted(self.latencies)
        count = len(ordered)
        p50, p99 = ordered[count // 2], ordered[min(count - 1, count * 99 // 100)]
        return (
            f"| {self.name} | {1000 * self.cpu / count:.2f} | {count / self.wall:,.0f} "
            f"| {1000 * p50:.1f} | {1000 * p99:.1f} | {count} |"
        )


Operation = Callable[[int], Awaitable[None]]


async def measure(
    name: str, operation: Operation, pids: Sequence[int], *, workers: int, seconds: float
) -> Figures:
    """Run `operation(worker)` in closed loops: a warm-up of a third, then the measured time."""
    await _run(operation, workers, seconds / 3, [])
    figures = Figures(name)
    before, began = cpu_seconds(pids), time.perf_counter()
    await _run(operation, workers, seconds, figures.latencies)
    figures.wall = time.perf_counter() - began
    figures.cpu = cpu_seconds(pids) - before
    return figures


async def _run(operation: Operation, workers: int, seconds: float, into: list[float]) -> None:
    until = time.perf_counter() + seconds

    async def loop(worker: int) -> None:
        while (began := time.perf_counter()) < until:
            await operation(worker)
            into.append(time.perf_counter() - began)

    await asyncio.gather(*(loop(worker) for worker in range(workers)))
