"""My account: what is linked is seen, undone, and stays undone."""

from __future__ import annotations

import dataclasses

import pytest
from world.signing import room_on

from certs.register.model import CertificateStatus
from house.world import Idp
from idp.domain.errors import JourneyError
from idp.domain.person import CertificateState
from idp.flows import account, certificate


@pytest.fixture
def with_room(idp: Idp) -> Idp:
    """A provider whose signing room is in this process, on the test's clock."""
    idp.world = dataclasses.replace(idp.world, signing_room=room_on(idp.watch))
    return idp


async def test_a_department_appears_with_what_it_may_see(idp: Idp) -> None:
    department, citizen = await idp.department("licensing"), await idp.citizen("tai-man")
    await idp.department("archive")
    await citizen.log_in(
        department, idp.browser(), chosen=["email"], scope="openid identity contact"
    )

    seen = await account.see("tai-man", idp.world, idp.watch())

    assert [s.client.client_id for s in seen.services] == ["licensing"]
    claims = seen.services[0].consents[0].claims
    assert claims == ("hkid", "name_en", "birthdate", "gender", "email")
    assert {s.kind.value for s in seen.sessions} == {"phone", "browser"}
    assert seen.activity[0].at == idp.watch()
    assert (await account.see("maria", idp.world, idp.watch())).services == []


async def test_a_withdrawn_consent_takes_its_tokens_along(idp: Idp) -> None:
    department, citizen = await idp.department("licensing"), await idp.citizen("tai-man")
    await citizen.log_in(department, idp.browser(), scope="openid identity")
    seen = await account.see("tai-man", idp.world, idp.watch())
    consent = seen.services[0].consents[0].consent_id

    await account.withdraw("tai-man", consent, idp.world, idp.watch())

    async with idp.world.storage.unit_of_work() as work:
        assert not await work.grants.consents("tai-man")
        assert not await work.grants.grants_of("tai-man")
    with pytest.raises(JourneyError, match="not_found"):
        await account.withdraw("tai-man", consent, idp.world, idp.watch())
    assert len(await idp.events("ConsentWithdrawn")) == 1


async def test_unlinking_takes_everything(idp: Idp) -> None:
    department, citizen = await idp.department("licensing"), await idp.citizen("tai-man")
    await citizen.log_in(department, idp.browser(), scope="openid identity")

    await account.unlink("tai-man", "licensing", idp.world, idp.watch())

    assert (await account.see("tai-man", idp.world, idp.watch())).services == []
    with pytest.raises(JourneyError, match="not_found"):
        await account.unlink("tai-man", "licensing", idp.world, idp.watch())


async def test_a_session_ends_once_and_for_its_owner_only(idp: Idp) -> None:
    citizen = await idp.citizen("tai-man")
    session = citizen.phone.session_id

    with pytest.raises(JourneyError, match="not_found"):
        await account.end_session("maria", session, idp.world, idp.watch())
    await account.end_session("tai-man", session, idp.world, idp.watch())
    with pytest.raises(JourneyError, match="not_found"):
        await account.end_session("tai-man", session, idp.world, idp.watch())


async def test_nobody_has_no_account(idp: Idp) -> None:
    with pytest.raises(JourneyError, match="not_found"):
        await account.see("nobody", idp.world, idp.watch())


async def test_a_certificate_is_issued_shown_and_accepted_once(with_room: Idp) -> None:
    idp = with_room
    phone = (await idp.citizen("tai-man")).phone
    issued = await certificate.ensure(phone, idp.world, idp.watch())

    assert issued.state is CertificateState.ISSUED
    assert idp.world.authority.status(issued.serial) is CertificateStatus.ISSUED
    assert (await certificate.ensure(phone, idp.world, idp.watch())).serial == issued.serial
    await certificate.accept(phone, issued.serial, idp.world, idp.watch())
    await certificate.accept(phone, issued.serial, idp.world, idp.watch())

    assert idp.world.authority.status(issued.serial) is CertificateStatus.ACTIVE
    assert len(await idp.events("CertificateIssued")) == 1
    assert len(await idp.events("CertificateAccepted")) == 1


async def test_nobody_accepts_another_s_certificate(with_room: Idp) -> None:
    idp = with_room
    issued = await certificate.ensure((await idp.citizen("tai-man")).phone, idp.world, idp.watch())
    other = (await idp.citizen("maria")).phone

    with pytest.raises(JourneyError, match="not_found"):
        await certificate.accept(other, issued.serial, idp.world, idp.watch())
    with pytest.raises(JourneyError, match="not_found"):
        await certificate.hold("maria", issued.serial, idp.world, idp.watch())
    with pytest.raises(JourneyError, match="not_found"):
        await certificate.revoke("maria", issued.serial, idp.world, idp.watch())
    assert idp.world.authority.status(issued.serial) is CertificateStatus.ISSUED


async def test_hold_lift_and_revoke(with_room: Idp) -> None:
    idp = with_room
    phone = (await idp.citizen("tai-man")).phone
    serial = (await certificate.ensure(phone, idp.world, idp.watch())).serial
    with pytest.raises(JourneyError, match="certificate_not_active"):
        await certificate.hold("tai-man", serial, idp.world, idp.watch())
    await certificate.accept(phone, serial, idp.world, idp.watch())

    await certificate.hold("tai-man", serial, idp.world, idp.watch())
    assert idp.world.authority.status(serial) is CertificateStatus.SUSPENDED
    await certificate.release("tai-man", serial, idp.world, idp.watch())
    assert idp.world.authority.status(serial) is CertificateStatus.ACTIVE
    await certificate.revoke("tai-man", serial, idp.world, idp.watch())
    assert idp.world.authority.status(serial) is CertificateStatus.REVOKED
    with pytest.raises(JourneyError, match="certificate_not_active"):
        await certificate.revoke("tai-man", serial, idp.world, idp.watch())
    assert len(await idp.events("CertificateRevoked")) == 1
    (held,), (released,) = [
        await idp.events(name) for name in ("CertificateHeld", "CertificateReleased")
    ]
    assert held["serial"] == released["serial"] == f"{serial:x}"
    assert (held["reason"], held["person_id"]) == ("subscriber_request", "tai-man")


@pytest.mark.parametrize(
    ("accepted", "status"),
    [("yes", CertificateStatus.SUSPENDED), ("no", CertificateStatus.REVOKED)],
)
async def test_a_removed_phone_takes_its_certificate_along(
    with_room: Idp, accepted: str, status: CertificateStatus
) -> None:
    idp = with_room
    lost, _spare = await idp.citizen("tai-man"), await idp.citizen("tai-man")
    serial = (await certificate.ensure(lost.phone, idp.world, idp.watch())).serial
    if accepted == "yes":
        await certificate.accept(lost.phone, serial, idp.world, idp.watch())

    await account.remove_device("tai-man", lost.phone.device_id, idp.world, idp.watch())

    assert idp.world.authority.status(serial) is status
    name = "CertificateHeld" if accepted == "yes" else "CertificateRevoked"
    (entry,) = await idp.events(name)
    assert (entry["serial"], entry["reason"]) == (f"{serial:x}", "device_removed")
    async with idp.world.storage.unit_of_work() as work:
        live = await work.sessions.of_person("tai-man", idp.watch())
    assert lost.phone.session_id not in {s.session_id for s in live}
    with pytest.raises(JourneyError, match="not_found"):
        await certificate.ensure(lost.phone, idp.world, idp.watch())


async def test_a_resident_whose_certificate_ran_out_is_told_so(with_room: Idp) -> None:
    idp = with_room
    phone = (await idp.citizen("wai-ling")).phone

    with pytest.raises(JourneyError, match="certificate_expired"):
        await certificate.ensure(phone, idp.world, idp.watch())
