"""Verifies hostile bytes in a process of its own, which may run out of time and memory alone.

The child gets the document, the policy as bytes and the moment; it has limits on processor time
and address space before it reads the first byte, and no way back but one JSON report. If it dies
the answer is INDETERMINATE / GENERIC with the reason, never an exception (pki.md §8.8).
"""

import base64
import hashlib
import json
import resource
import subprocess
import sys
from datetime import datetime
from typing import Any, Final

from certs.verification.codes import Reason
from certs.verification.evidence import LocalEvidence
from certs.verification.policy import decode
from certs.verification.report import without_verdict
from certs.verification.run import NO_EVIDENCE, verify

CPU_SECONDS: Final = 10
WALL_SECONDS: Final = 20.0
ADDRESS_SPACE: Final = 1024 * 1024 * 1024
MAX_REPORT: Final = 4 * 1024 * 1024


def verify_in_worker(
    document: bytes,
    policy_bytes: bytes,
    now: datetime,
    *,
    local_evidence: LocalEvidence = NO_EVIDENCE,
    wall_seconds: float = WALL_SECONDS,
) -> dict[str, Any]:
    """Verify in a fresh child process and answer the report's JSON members.

    `policy_bytes` comes from `policy.encode`. Blocks up to `wall_seconds`: call it in a thread.
    Never raises for any document; a worker that dies or hangs gives INDETERMINATE / GENERIC.
    """
    order = json.dumps(
        {
            "policy": base64.b64encode(policy_bytes).decode(),
            "now": now.isoformat(),
            "certificates": [base64.b64encode(d).decode() for d in local_evidence.certificates],
            "ocsps": [base64.b64encode(d).decode() for d in local_evidence.ocsps],
            "crls": [base64.b64encode(d).decode() for d in local_evidence.crls],
        }
    ).encode()
    reason = Reason.WORKER_DIED
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "certs.verification.isolate"],
            input=len(order).to_bytes(4, "big") + order + document,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},  # the child has no business with what the parent was told
            timeout=wall_seconds,
            check=False,
        )
        if done.returncode == 0 and len(done.stdout) <= MAX_REPORT:
            report: dict[str, Any] = json.loads(done.stdout)
            return report
    except subprocess.TimeoutExpired:
        reason = Reason.WORKER_TIMEOUT
    except (OSError, ValueError):
        reason = Reason.WORKER_DIED
    digest = hashlib.sha256(document).hexdigest()
    return without_verdict(digest, len(document), reason, now).as_json()


def work(order: dict[str, Any], document: bytes) -> bytes:
    """Do what the child was told: verify and write the report."""
    report = verify(
        document,
        policy=decode(base64.b64decode(order["policy"])),
        now=datetime.fromisoformat(order["now"]),
        local_evidence=LocalEvidence(
            certificates=tuple(map(base64.b64decode, order["certificates"])),
            ocsps=tuple(map(base64.b64decode, order["ocsps"])),
            crls=tuple(map(base64.b64decode, order["crls"])),
        ),
    )
    return report.to_bytes()


def limit_this_process() -> None:
    """Lower this process's limits for good: processor time, address space, no core, no files."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_REPORT, MAX_REPORT))


def main() -> None:
    """Be the child: limits first, then one order from standard input."""
    limit_this_process()
    data = sys.stdin.buffer.read()
    size = int.from_bytes(data[:4], "big")
    order = json.loads(data[4 : 4 + size])
    sys.stdout.buffer.write(work(order, data[4 + size :]))


if __name__ == "__main__":
    main()
