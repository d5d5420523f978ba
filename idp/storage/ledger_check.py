"""Check the audit ledger: recompute leaves and tree from the rows, compare with the head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from certs.ledger import tree
from idp.storage.database import Connection
from idp.storage.records import leaf_data, ledger_entries, ledger_head


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerReport:
    """What was found; `problem` is None when everything agrees. `root` is hexadecimal."""

    size: int
    root: str
    problem: str | None

    def as_json(self) -> dict[str, Any]:
        """The report for machines."""
        holds = self.problem is None
        return {"size": self.size, "root": self.root, "holds": holds, "problem": self.problem}


async def check_ledger(connection: Connection) -> LedgerReport:
    """Recompute the tree; the first entry that does not fit is named."""
    rows = (
        await connection.execute(select(ledger_entries).order_by(ledger_entries.c.sequence))
    ).all()
    problem = None
    grown = tree.CompactRange(size=0, hashes=())
    for position, row in enumerate(rows):
        leaf = tree.leaf_hash(leaf_data(row.name, row.at, row.payload, row.salt))
        if problem is None and row.sequence != position:
            problem = f"entry {position} is missing"
        if problem is None and leaf != row.leaf_hash:
            problem = f"entry {row.sequence} was changed"
        grown = grown.append(leaf)
    head = (await connection.execute(select(ledger_head))).one_or_none()
    size, hashes = (head.size, head.compact_range) if head else (0, b"")
    if problem is None and (size, hashes) != (grown.size, b"".join(grown.hashes)):
        problem = "the head does not fit the entries"
    return LedgerReport(size=grown.size, root=grown.root().hex(), problem=problem)
