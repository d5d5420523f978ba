"""The bench still measures the real demonstration, and finds every answer right; no timing here."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
OPERATIONS = (
    "discovery",
    "pushed authorization request (PAR)",
    "full login, 13 requests",
    "full login, one at a time",
    "QR picture of the waiting page",
    "refresh",
    "userinfo",
    "OCSP",
    "time stamp (RFC 3161)",
    "seal a PDF, B-LT (`POST /seals`)",
    "verify a PDF (`POST /verify`)",
    "sign a PDF, B-LT",
    "peer: stock pyHanko signs, B-LT",
    "verify a PDF",
    "peer: stock pyHanko validates",
)


def test_the_bench_measures_everything_it_promises() -> None:
    command = [sys.executable, str(ROOT / "bench" / "run.py"), "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = dict(re.findall(r"^\| (.+?) \| (?:[\d.,]+) \|.*\| (\d+) \|$", done.stdout, re.MULTILINE))
    assert set(OPERATIONS) <= set(rows)
    assert all(int(count) > 0 for count in rows.values())
