"""Server-side request forgery (T27): addresses that somebody else chose, in many disguises."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from idp.outbound import GuardedOutbound, OutboundRefused, choose_target, is_public

LITERALS = [
    "127.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0177.0.0.1",
    "017700000001", "0x7f.0.0.1", "127.0.0.1.", "10.0.0.1", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[fe80::1%25eth0]", "[fc00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "①②⑦.⓪.⓪.①",
    "1.1.1.1", "8.8.8.8", "[2606:4700::1111]",
]  # fmt: skip
NAMES = [
    "localhost", "localhost.", "ip6-localhost", "foo.localhost", "metadata", "metadata.internal",
    "printer.local", "router.home.arpa", "-a.example.com", "a..example.com", "exa mple.com",
    "example.com\\@evil", "example.com%00.evil.com", "ｅxample.com", "",
]  # fmt: skip
ADDRESSES = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.31.255.255", "192.168.0.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::",
    "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]  # fmt: skip


async def nobody_asks(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"asked for {host}")


async def test_control_public_name_is_reached_at_the_checked_address() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["93.184.215.14"]

    found = await choose_target(
        "https://licensing.example.com:8443/in?x=1", loopback=False, resolve=resolve
    )
    assert found.url == "https://93.184.215.14:8443/in?x=1"
    assert found.host == "licensing.example.com:8443"
    assert found.server_name == "licensing.example.com"


@pytest.mark.parametrize("literal", LITERALS)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_address_in_place_of_a_name(scheme: str, literal: str) -> None:
    with pytest.raises(OutboundRefused):
        await choose_target(f"{scheme}://{literal}/", loopback=True, resolve=nobody_asks)


@pytest.mark.parametrize("name", NAMES)
async def test_name_that_is_none_of_the_internet(name: str) -> None:
    with pytest.raises(OutboundRefused):
        await choose_target(f"https://{name}/", loopback=False, resolve=nobody_asks)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/",
        "https://user@example.com/", "https://user:pw@example.com/", "https://example.com/#x",
        "https://example.com:0/", "https://example.com:99999/", "//example.com/", "example.com",
        "https:///x", "https://example.com/\n", "https://example.com/ x", "https://例子.com/",
        "https://example.com/" + "a" * 2048, "javascript:alert(1)", "data:,x", "",
    ],
)  # fmt: skip
async def test_url_of_another_kind(url: str) -> None:
    with pytest.raises(OutboundRefused):
        await choose_target(url, loopback=False, resolve=nobody_asks)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_public_name_with_an_inner_address(address: str) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["93.184.215.14", address]

    assert not is_public(address)
    with pytest.raises(OutboundRefused, match="not_public"):
        await choose_target("https://evil.example.com/", loopback=True, resolve=resolve)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


async def test_rebinding_name_is_asked_once_and_pinned() -> None:
    answers = [["93.184.215.14"], ["127.0.0.1"]]

    async def resolve(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    found = await choose_target("https://evil.example.com/", loopback=False, resolve=resolve)
    assert "93.184.215.14" in found.url
    assert len(answers) == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "a.localhost.evil.com", "-.localhost"])
async def test_loopback_allowance_is_for_names_under_localhost_only(host: str) -> None:
    with pytest.raises(OutboundRefused):
        await choose_target(f"http://{host}:8001/", loopback=True, resolve=nobody_asks)


@pytest_asyncio.fixture
async def canary() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A listener on loopback that answers whatever the test put into its first line."""
    seen: list[bytes] = []
    ended = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(head)
        path = head.split(b" ")[1]
        if path == b"/redirect":
            writer.write(b"HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n")
        elif path == b"/endless":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 200_000)
        elif path == b"/silent":
            await reader.read()  # until the other side gives up
        else:
            writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\nok")
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        ended.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], seen
        if seen:
            await asyncio.wait_for(ended.wait(), 5)


async def test_demonstration_host_is_reached_with_its_own_name(
    canary: tuple[int, list[bytes]],
) -> None:
    port, seen = canary
    outbound = GuardedOutbound(loopback=True)
    answer = await outbound.post_form(f"http://notices.localhost:{port}/intake", {"notice": "x"})
    await outbound.close()
    assert answer == (202, b"ok")
    assert f"host: notices.localhost:{port}".encode() in seen[0].lower()


async def test_without_the_allowance_nothing_arrives(canary: tuple[int, list[bytes]]) -> None:
    port, seen = canary
    outbound = GuardedOutbound(loopback=False)
    with pytest.raises(OSError, match="not_https"):
        await outbound.post_form(f"http://notices.localhost:{port}/intake", {"notice": "x"})
    await outbound.close()
    assert not seen


async def test_redirect_is_not_followed(canary: tuple[int, list[bytes]]) -> None:
    port, seen = canary
    outbound = GuardedOutbound(loopback=True)
    status, _ = await outbound.post_form(f"http://a.localhost:{port}/redirect", {})
    await outbound.close()
    assert status == 302
    assert len(seen) == 1


@pytest.mark.parametrize("path", ["endless", "silent"])
async def test_endless_and_silent_answers_end(canary: tuple[int, list[bytes]], path: str) -> None:
    port, _ = canary
    outbound = GuardedOutbound(loopback=True)
    with pytest.raises(OSError, match=r"answer_too_large|Timeout"):
        await outbound.post_form(f"http://a.localhost:{port}/{path}", {})
    await outbound.close()
