"""The one way out. Requests go to registered departments, and only to public addresses.

An address that somebody else chose must not reach our own network (server-side request forgery,
OWASP ASVS 5.0 V13.2): https only, no credentials in the URL, the name is resolved here, every
address it has must be public, and the connection goes to the address that was checked, so that a
second answer of the name server changes nothing. No redirects, short times, small bodies.

For the demonstration `http://*.localhost` may be allowed explicitly; it is this machine and
nothing else, whatever a name server says.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlencode, urlsplit

import httpx

MAX_BODY: Final = 64 * 1024
MAX_URL: Final = 2048
TIMEOUT: Final = httpx.Timeout(3.0, connect=2.0)
TOTAL_SECONDS: Final = 5.0
_HOST: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})+")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class OutboundRefused(OSError):  # noqa: N818 - a refusal by name
    """The address may not be reached from here; `reason` is a slug."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes: the address to connect to, and the name it is for."""

    url: str  # with the address in place of the name
    host: str  # Host header: name and port
    server_name: str  # for TLS


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver for all addresses of a name. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Tell whether an address is on the public internet, looking through IPv6 disguises."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):  # RFC 6052 §2.1
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:  # fec0::/10 (RFC 3879): the library takes it for global
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


async def choose_target(url: str, *, loopback: bool, resolve: Resolve) -> Target:
    """Decide where a URL may lead. Raises OutboundRefused, or OSError from the resolver."""
    parts = _split(url)
    host = (parts.hostname or "").lower()
    if (
        loopback
        and parts.scheme == "http"
        and host.endswith(".localhost")
        and _HOST.fullmatch(host)
    ):
        return _target(parts, host, "127.0.0.1")
    if parts.scheme != "https":
        raise OutboundRefused("not_https")
    if not _HOST.fullmatch(host) or host.rpartition(".")[2].isdigit():
        raise OutboundRefused("not_a_host_name")  # an address in any spelling is no name
    if host.endswith((".localhost", ".local", ".internal", ".home.arpa")):
        raise OutboundRefused("not_public")
    addresses = await resolve(host, parts.port or 443)
    if not addresses or not all(is_public(address) for address in addresses):
        raise OutboundRefused("not_public")
    return _target(parts, host, addresses[0])


class GuardedOutbound:
    """An `Outbound` that reaches what `choose_target` allows."""

    def __init__(self, *, loopback: bool = False, resolve: Resolve = resolve_by_system) -> None:
        self._loopback = loopback
        self._resolve = resolve
        self._client = httpx.AsyncClient(
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,  # no proxy that the environment names
            headers={"user-agent": "onechop-idp", "accept-encoding": "identity"},
            limits=httpx.Limits(max_connections=20, max_keepalive_connections=0),
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def post_form(self, url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        """POST a form; returns status and body (at most 64 KiB). Raises OSError."""
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                target = await choose_target(url, loopback=self._loopback, resolve=self._resolve)
                return await self._post(target, form)
        except (httpx.HTTPError, TimeoutError) as error:
            raise OSError(type(error).__name__) from error

    async def _post(self, target: Target, form: Mapping[str, str]) -> tuple[int, bytes]:
        request = self._client.build_request(
            "POST",
            target.url,
            content=urlencode(form).encode(),
            headers={"host": target.host, "content-type": "application/x-www-form-urlencoded"},
            extensions={"sni_hostname": target.server_name},
        )
        response = await self._client.send(request, stream=True)
        try:
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_BODY:
                    raise OutboundRefused("answer_too_large")
            return response.status_code, bytes(body)
        finally:
            await response.aclose()


def _split(url: str) -> SplitResult:
    plain = len(url) <= MAX_URL and url.isascii() and url.isprintable()
    if not plain or " " in url or "\\" in url:
        raise OutboundRefused("malformed")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise OutboundRefused("malformed") from error
    if parts.username is not None or parts.password is not None or parts.fragment or port == 0:
        raise OutboundRefused("malformed")
    return parts


def _target(parts: SplitResult, host: str, address: str) -> Target:
    literal = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    query = f"?{parts.query}" if parts.query else ""
    return Target(
        url=f"{parts.scheme}://{literal}{port}{parts.path or '/'}{query}",
        host=f"{host}{port}",
        server_name=host,
    )
