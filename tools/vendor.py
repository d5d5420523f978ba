"""Vendor the one browser file that is not ours: the QR decoder. Development only.

    python tools/vendor.py

Fetches the exact npm version with `npm pack`, checks the registry's integrity hash, bundles
it once with the exact esbuild, writes file, licence and `VENDORED.json`. The same versions
give the same bytes; a test recomputes the hashes of what is committed.
"""

import base64
import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "look" / "static" / "vendor"
PACKAGE = "qr"
VERSION = "0.7.0"
INTEGRITY = (
    "sha512-/VrrACmOAwZVipuRITwfEwOL5oAMEHH5PTmBWaGtlTom2Thxaa"
    "+rhmna4zU9PRN2uLw2wdccbkHOLGZb1Q9SdA=="
)
ESBUILD = "0.28.2"
OUTPUT = "qr-decode.js"
ENTRY = 'export { decodeQR, decodeQR as default } from "./package/decode.js";\n'
FLAGS = (
    "--bundle",
    "--format=esm",
    "--minify",
    "--target=es2022",
    "--legal-comments=inline",
)


def main() -> None:
    """Fetch, check, bundle, record."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        _run(work, "npm", "pack", "--silent", f"{PACKAGE}@{VERSION}")
        tarball = work / f"{PACKAGE}-{VERSION}.tgz"
        found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
        if found != INTEGRITY:
            raise SystemExit(f"integrity of {PACKAGE}@{VERSION} is {found}")
        with tarfile.open(tarball) as archive:
            archive.extractall(work, filter="data")
        (work / "entry.js").write_text(ENTRY, "utf-8")
        _run(work, "npm", "install", "--silent", "--no-save", f"esbuild@{ESBUILD}")
        _run(work, "node_modules/.bin/esbuild", "entry.js", *FLAGS, f"--outfile={OUTPUT}")
        FOLDER.mkdir(parents=True, exist_ok=True)
        licence = f"{PACKAGE}-LICENSE-MIT.txt"
        (FOLDER / OUTPUT).write_bytes((work / OUTPUT).read_bytes())
        (FOLDER / licence).write_bytes((work / "package" / "LICENSE-MIT").read_bytes())
    record = {
        "name": PACKAGE,
        "version": VERSION,
        "licence": "MIT OR Apache-2.0 (taken under MIT)",
        "integrity": INTEGRITY,
        "files": {
            file: hashlib.sha256((FOLDER / file).read_bytes()).hexdigest()
            for file in (OUTPUT, licence)
        },
        "recipe": f"python tools/vendor.py: esbuild {ESBUILD} entry.js {' '.join(FLAGS)}",
        "entry": ENTRY.strip(),
    }
    (FOLDER / "VENDORED.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    main()
