"""A department in process and a small identity provider over HTTP."""

import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette

from certs.keys.signer import Signer
from certs.trustlist import publish
from relying_party.main import create_app
from relying_party.settings import Department, Settings
from tests.world.issuer import Issuer, Running
from tests.world.pki import Pki
from tests.world.visitor import Visitor

LICENSING = "http://licensing.localhost:8181"
NOTICES = "http://notices.localhost:8181"


@pytest.fixture(scope="session")
def pki() -> Pki:
    return Pki(now=datetime.fromisoformat("2026-11-21T09:30:00+00:00"))


@pytest.fixture
def issuer(pki: Pki, clock: Callable[[], datetime]) -> Iterator[Issuer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = Issuer(pki=pki, clock=clock, port=port)
    running = Running(found)
    yield found
    running.stop()


@pytest.fixture
def settings(issuer: Issuer, pki: Pki, tmp_path: Path) -> Settings:
    for name in ("licensing", "notices"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "client.key.pem").write_bytes(issuer.client_key.as_pem(private=True))
    signer: Signer = pki.issuing.signer
    listed = publish(pki.trust_list(), sign=signer.sign_digest)
    assert json.loads(listed)
    (tmp_path / "trust-list.json").write_bytes(listed)
    public = pki.issuing.key.public_key()
    (tmp_path / "trust-list.pub.pem").write_bytes(
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return Settings(
        data=tmp_path,
        issuer=issuer.url,
        port=8181,
        trust_list=tmp_path / "trust-list.json",
        trust_list_key=tmp_path / "trust-list.pub.pem",
    )


@pytest.fixture
def department(settings: Settings) -> Department:
    return settings.department("licensing")


@pytest_asyncio.fixture
async def departments(
    settings: Settings, clock: Callable[[], datetime], entropy: Callable[[int], bytes]
) -> AsyncIterator[Starlette]:
    app = create_app(settings, clock=clock, entropy=entropy)
    async with app.router.lifespan_context(app):
        yield app


@pytest_asyncio.fixture
async def new_visitor(departments: Starlette) -> AsyncIterator[Callable[[], Visitor]]:
    made: list[Visitor] = []

    def new() -> Visitor:
        made.append(Visitor(departments))
        return made[-1]

    yield new
    for one in made:
        await one.close()


@pytest.fixture
def visitor(new_visitor: Callable[[], Visitor]) -> Visitor:
    return new_visitor()
