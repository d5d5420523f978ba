"""Static files under a path that names their content, cacheable for a year.

All folders form one set with one hash, `/static/<hash>/<name>`: modules and style sheets may
name each other relatively, and any change moves the whole set to a new path.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

STATIC_FOLDER: Final = Path(__file__).with_name("static")
#: RFC 8246: the content at this address never changes.
IMMUTABLE: Final = "public, max-age=31536000, immutable"

_TEXT: Final = frozenset({".css", ".js", ".svg", ".json", ".webmanifest", ".txt"})
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file: its bytes, the same compressed (or None where that gains nothing), its type."""

    body: bytes
    compressed: bytes | None
    content_type: str


class StaticFiles:
    """An ASGI app for one set of files; mount it at `prefix`. Holds them in memory."""

    def __init__(self, *folders: Path, prefix: str = "/static") -> None:
        """Read look's own files and then each folder's; a later file of the same name wins."""
        assets: dict[str, Asset] = {}
        for folder in (STATIC_FOLDER, *folders):
            for path in sorted(folder.rglob("*")):
                name = path.relative_to(folder).as_posix()
                if path.is_file() and not any(part.startswith(".") for part in Path(name).parts):
                    assets[name] = _read(path)
        self._assets: Mapping[str, Asset] = assets
        self.version = _version(assets)
        self.prefix = prefix

    def url(self, name: str) -> str:
        """The address of a file. Raises KeyError for a file that is not in the set."""
        if name not in self._assets:
            raise KeyError(name)
        return f"{self.prefix}/{self.version}/{name}"

    def body(self, name: str) -> bytes:
        """The bytes of a file, for one that must live elsewhere (a service worker)."""
        return self._assets[name].body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET and HEAD; 404 for another version or an unknown name."""
        response = self._answer(scope)
        await response(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in {"GET", "HEAD"}:
            return Response(status_code=405, headers={"allow": "GET, HEAD"})
        # Under a mount the path still carries the prefix, which root_path repeats.
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", ""))).strip("/")
        version, _, name = path.partition("/")
        asset = self._assets.get(name) if version == self.version else None
        if asset is None:
            return Response(status_code=404, headers={"cache-control": "no-store"})
        headers = {
            "cache-control": IMMUTABLE,
            "content-type": asset.content_type,
            "vary": "accept-encoding",
        }
        body = asset.body
        if asset.compressed is not None and _accepts_gzip(scope):
            body = asset.compressed
            headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(body))
        return Response(b"" if scope["method"] == "HEAD" else body, headers=headers)


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    if path.suffix == ".css":
        body = _compact_css(body.decode()).encode()
    compressed = gzip.compress(body, 9, mtime=0) if path.suffix in _TEXT else None
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(
        body=body,
        compressed=compressed if compressed and len(compressed) < len(body) else None,
        content_type=_TYPES.get(path.suffix, guessed),
    )


def _compact_css(text: str) -> str:
    """A style sheet without comments and the spaces that only people need."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,>]) ?", r"\1", text)
    return text.replace(": ", ":").replace(";}", "}").strip()


def _version(assets: Mapping[str, Asset]) -> str:
    digest = hashlib.sha256()
    for name in sorted(assets):
        digest.update(name.encode() + b"\0" + hashlib.sha256(assets[name].body).digest())
    return digest.hexdigest()[:16]


def _accepts_gzip(scope: Scope) -> bool:
    return any(
        name == b"accept-encoding" and b"gzip" in value.lower() for name, value in scope["headers"]
    )
