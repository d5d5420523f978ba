"""Documents that citizens look at: examined and drawn in a process that may die alone.

What was drawn is kept in memory for a while, by the document's digest: both screens of one
request show the same pages.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from starlette.requests import HTTPConnection

import idp
from certs.base.digest import sha256
from idp.domain.errors import ErrorCode, ProtocolError

WALL_SECONDS: Final = 15.0
BATCH: Final = 8  # pages drawn at a time
MAX_KEPT_BYTES: Final = 48 * 1024 * 1024
WORKERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """One page: the size of its picture, and its text for those who cannot see it."""

    width: int
    height: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was found in a document; `refusals` are codes of `certs.signing.lint`."""

    pages: tuple[PageFacts, ...]
    refusals: tuple[str, ...]
    warnings: tuple[str, ...]


class Documents:
    """Examines and draws documents; at most `WORKERS` at a time."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(WORKERS)
        self._images: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._examined: OrderedDict[str, Examined] = OrderedDict()
        self._bytes = 0

    async def examine(self, document: bytes) -> Examined:
        """Read a document's facts. Raises ProtocolError (`invalid_document`: unreadable)."""
        digest = sha256(document).hex()
        if digest not in self._examined:
            answer = await self._work(document, "examine")
            self._examined[digest] = Examined(
                pages=tuple(PageFacts(**page) for page in answer["pages"]),
                refusals=tuple(answer["refusals"]),
                warnings=tuple(answer["warnings"]),
            )
            if len(self._examined) > 200:
                self._examined.popitem(last=False)
        return self._examined[digest]

    async def accept(self, document: bytes) -> Examined:
        """Examine a document that is to be signed or sealed.

        Raises ProtocolError (`invalid_document`) with the first rule that it breaks.
        """
        examined = await self.examine(document)
        if examined.refusals:
            reason = f"document_{examined.refusals[0].lower()}"
            raise ProtocolError(ErrorCode.INVALID_DOCUMENT, reason)
        return examined

    async def image(self, document: bytes, number: int) -> bytes:
        """Draw page `number` (from 1) as PNG.

        Raises ProtocolError (`not_found`, `invalid_document`).
        """
        digest = sha256(document).hex()
        if (digest, number) not in self._images:
            first = (number - 1) // BATCH * BATCH + 1
            answer = await self._work(document, "render", str(first), str(BATCH))
            for offset, drawn in enumerate(answer["pages"]):
                self._keep((digest, first + offset), base64.b64decode(drawn))
        found = self._images.get((digest, number))
        if found is None:
            raise ProtocolError(ErrorCode.NOT_FOUND, "no_such_page")
        self._images.move_to_end((digest, number))
        return found

    def _keep(self, key: tuple[str, int], image: bytes) -> None:
        self._bytes += len(image) - len(self._images.pop(key, b""))
        self._images[key] = image
        while self._bytes > MAX_KEPT_BYTES and len(self._images) > BATCH:
            _, gone = self._images.popitem(last=False)
            self._bytes -= len(gone)

    async def _work(self, document: bytes, *order: str) -> dict[str, Any]:
        async with self._slots:
            output = await _run(document, order)
        try:
            answer: dict[str, Any] = json.loads(output)
        except ValueError as error:
            raise ProtocolError(ErrorCode.INVALID_DOCUMENT, "document_unreadable") from error
        return answer


def documents(connection: HTTPConnection) -> Documents:
    """The application's documents, made when first asked for."""
    state = connection.app.state
    if not hasattr(state, "viewer"):
        state.viewer = Documents()
    found: Documents = state.viewer
    return found


async def _run(document: bytes, order: Sequence[str]) -> bytes:
    """Run a worker for one document; empty when it died or took too long."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # no module from the folder that we happen to stand in
        "-m",
        "idp.web.document_worker",
        *order,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": str(Path(idp.__file__).parents[1])},
        start_new_session=True,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(document), WALL_SECONDS)
    except TimeoutError:
        return b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output if process.returncode == 0 else b""
