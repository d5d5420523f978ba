"""Departments, residents, devices and certificates, on both databases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from house.world import Idp
from idp.domain.client import Capability, Client, ClientProfile
from idp.domain.person import (
    Attribute,
    CertificateState,
    Device,
    Person,
    SigningCertificate,
    Source,
)

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
CLIENT = Client(
    client_id="licensing",
    client_name={"en": "Licensing Services", "zh-Hant-HK": "牌照服務", "zh-Hans": "牌照服务"},
    host="licensing.localhost",
    redirect_uris=("http://licensing.localhost:8001/login/callback",),
    jwks={"keys": [{"kty": "EC"}]},
    profile=ClientProfile.CORE,
    scopes=frozenset({"openid", "identity"}),
    sector_identifier="licensing.localhost",
    capabilities=frozenset({Capability.SIGN, Capability.SEAL}),
    government=False,
    notice_uri="http://notices.localhost:8001/intake",
)
DEVICE = Device(
    device_id="phone-1",
    person_id="tai-man",
    credential_id=b"\x00credential\xff",
    public_key=b"cose",
    sign_count=0,
    backed_up=True,
    nickname="Chrome on Android",
    added_at=NOW,
    last_used_at=NOW,
)
CERTIFICATE = SigningCertificate(
    serial=2**127 + 5,
    person_id="tai-man",
    der=b"der",
    key_id="phone-1",
    wrapped_key=b"wrapped",
    state=CertificateState.ISSUED,
    not_before=NOW,
    not_after=NOW + timedelta(days=365),
)

MakeIdp = Callable[..., Awaitable[Idp]]


@pytest.fixture(params=["sqlite", "postgresql"])
async def idp(request: pytest.FixtureRequest, make_idp: MakeIdp) -> Idp:
    if request.param == "sqlite":
        return await make_idp()
    return await make_idp(request.getfixturevalue("postgres_url"))


async def test_a_department_is_registered_and_registered_again(idp: Idp) -> None:
    async with idp.world.storage.unit_of_work() as work:
        await work.clients.put(CLIENT)
        await work.clients.put(replace(CLIENT, client_id="archive"))
    changed = replace(CLIENT, host="new.localhost")
    async with idp.world.storage.unit_of_work() as work:
        assert await work.clients.get("licensing") == CLIENT
        await work.clients.put(changed)
    async with idp.world.storage.unit_of_work() as work:
        assert await work.clients.get("licensing") == changed
        assert await work.clients.get("nobody") is None
        assert [c.client_id for c in await work.clients.all()] == ["archive", "licensing"]


async def test_a_resident_keeps_their_place_when_their_data_changes(idp: Idp) -> None:
    async with idp.world.storage.unit_of_work() as work:
        before = [p.person_id for p in await work.people.all()]
        first = await work.people.get(before[0])
        assert first is not None
        renamed = Person(
            person_id=first.person_id,
            attributes=(
                Attribute(
                    claim="name_zh",
                    value="陳㛓峯",
                    source=Source.VERIFIED_BY,
                    as_of=date(2026, 1, 2),
                ),
            ),
            note="Renamed",
            certificate_problem="expired",
        )
        await work.people.put(renamed)
    async with idp.world.storage.unit_of_work() as work:
        assert await work.people.get(before[0]) == renamed
        assert await work.people.get("nobody") is None
        assert [p.person_id for p in await work.people.all()] == before


async def test_a_device_is_bound_used_and_removed_once(idp: Idp) -> None:
    later = NOW + timedelta(minutes=1)
    async with idp.world.storage.unit_of_work() as work:
        await work.devices.add(DEVICE)
        assert await work.devices.by_credential(DEVICE.credential_id) == DEVICE
        await work.devices.used("phone-1", 7, later)
    async with idp.world.storage.unit_of_work() as work:
        used = replace(DEVICE, sign_count=7, last_used_at=later)
        assert await work.devices.get("phone-1") == used
        assert list(await work.devices.of_person("tai-man")) == [used]
        assert await work.devices.remove("phone-1", later)
        assert not await work.devices.remove("phone-1", later)
    async with idp.world.storage.unit_of_work() as work:
        assert await work.devices.by_credential(DEVICE.credential_id) is None
        assert not await work.devices.of_person("tai-man")
        assert await work.devices.get("phone-1") == replace(used, removed_at=later)
        assert await work.devices.get("nothing") is None


async def test_a_certificate_moves_from_state_to_state_once(idp: Idp) -> None:
    newer = replace(CERTIFICATE, serial=9, not_before=NOW + timedelta(days=1))
    async with idp.world.storage.unit_of_work() as work:
        await work.certificates.add(CERTIFICATE)
        await work.certificates.add(newer)
        assert await work.certificates.of_device("phone-1") == newer
        assert list(await work.certificates.of_person("tai-man")) == [newer, CERTIFICATE]
        assert await work.certificates.of_device("phone-2") is None

    async def move(from_: CertificateState, to: CertificateState) -> bool:
        async with idp.world.storage.unit_of_work() as work:
            return await work.certificates.move(CERTIFICATE.serial, from_, to, NOW)

    assert await move(CertificateState.ISSUED, CertificateState.ACCEPTED)
    assert not await move(CertificateState.ISSUED, CertificateState.ACCEPTED)
    assert await move(CertificateState.ACCEPTED, CertificateState.REVOKED)
    async with idp.world.storage.unit_of_work() as work:
        moved = (await work.certificates.of_person("tai-man"))[1]
    assert moved == replace(CERTIFICATE, state=CertificateState.REVOKED, accepted_at=NOW)
