"""The department's own judgement of a signature."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from certs.base import oids
from relying_party.settings import Department
from relying_party.signing import CheckFailed, Collected, SignatureCheck
from tests.world.papers import page, with_other_text
from tests.world.pki import DAY, Pki


def collected(asked: bytes, came: bytes) -> Collected:
    digest = hashlib.sha256(asked).hexdigest()
    return Collected(content=came, asked_digest=digest, asked_length=len(asked))


async def judge(
    department: Department, asked: bytes, came: bytes, now: datetime, name: str | None = None
) -> tuple[str, ...]:
    """The reasons it was refused for; none when it was accepted."""
    try:
        await SignatureCheck(department).check(
            collected(asked, came), matter="licence_application", now=now, name=name
        )
    except CheckFailed as failure:
        return failure.reasons
    return ()


async def test_our_document_signed_by_a_citizen_is_accepted(
    department: Department, pki: Pki, now: datetime
) -> None:
    signed = pki.sign(page(), pki.leaf())
    found = await SignatureCheck(department).check(
        collected(page(), signed), matter="licence_application", now=now
    )
    assert found.content == signed
    assert found.signer == "CHAN Tai Man (demonstration)"
    assert found.signed_at == "2026-11-21T09:30:00Z"


async def test_another_document_well_signed_is_refused(
    department: Department, pki: Pki, now: datetime
) -> None:
    other = page("Something else")
    assert await judge(department, page(), pki.sign(other, pki.leaf()), now) == ("other_document",)


async def test_unsigned_is_refused(department: Department, now: datetime) -> None:
    assert "ETO_NO_SIGNATURE" in await judge(department, page(), page(), now)


async def test_something_added_after_signing_is_refused(
    department: Department, pki: Pki, now: datetime
) -> None:
    signed = pki.sign(page(), pki.leaf())
    assert await judge(department, page(), signed + b"\n% more", now)


async def test_two_signatures_are_refused(department: Department, pki: Pki, now: datetime) -> None:
    twice = pki.sign(pki.sign(page(), pki.leaf()), pki.leaf(), field_name="Second")
    assert await judge(department, page(), twice, now)


async def test_a_class_that_is_not_recognised_is_refused(
    department: Department, pki: Pki, now: datetime
) -> None:
    signed = pki.sign(page(), pki.leaf(policy=oids.POLICY_SEAL))
    assert "ETO_NOT_RECOGNISED" in await judge(department, page(), signed, now)


async def test_a_page_changed_on_the_way_to_the_signature_is_refused(
    department: Department, pki: Pki, now: datetime
) -> None:
    """Our bytes come first and the signature is good, but the page shown is another."""
    forged = pki.sign(with_other_text(page()), pki.leaf())
    assert await judge(department, page(), forged, now) == ("more_than_signed",)


@pytest.mark.parametrize(
    ("name", "reasons"),
    [("CHAN Tai Man", ()), ("CHAN Tai", ("other_signer",)), ("WONG, Siu Ming", ("other_signer",))],
)
async def test_another_person_is_not_the_applicant(
    department: Department, pki: Pki, now: datetime, name: str, reasons: tuple[str, ...]
) -> None:
    signed = pki.sign(page(), pki.leaf())
    assert await judge(department, page(), signed, now, name) == reasons


async def test_a_stranger_is_refused(department: Department, pki: Pki, now: datetime) -> None:
    stranger = Pki(now=pki.now)
    assert await judge(department, page(), stranger.sign(page(), stranger.leaf()), now)


async def test_a_certificate_that_had_run_out_is_refused(
    department: Department, pki: Pki, now: datetime
) -> None:
    leaf = pki.leaf(days=(-100, -1))
    assert await judge(department, page(), pki.sign(page(), leaf), now + DAY)


async def test_without_a_trust_list_nothing_is_accepted(
    department: Department, pki: Pki, now: datetime
) -> None:
    signed = pki.sign(page(), pki.leaf())
    without = replace(department, trust_list=None)
    assert await judge(without, page(), signed, now) == ("no_trust_list",)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"sequence": 1', '"sequence": 2'),
        lambda text: text.replace('"demo": true', '"demo": false'),
        lambda _: "{}",
        lambda _: "",
    ],
    ids=["sequence", "demo", "empty object", "nothing"],
)
async def test_a_changed_trust_list_accepts_nothing(
    department: Department, pki: Pki, now: datetime, change: Callable[[str], str]
) -> None:
    assert department.trust_list is not None
    text = department.trust_list.read_text()
    assert change(text) != text
    department.trust_list.write_text(change(text))
    assert await judge(department, page(), pki.sign(page(), pki.leaf()), now) == ("no_trust_list",)


async def test_a_trust_list_signed_by_another_key_accepts_nothing(
    department: Department, pki: Pki, now: datetime, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    other = tmp_path / "other.pem"
    key = pki.leaf().key.public_key()
    other.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    signed = pki.sign(page(), pki.leaf())
    wrong = replace(department, trust_list_key=other)
    assert await judge(wrong, page(), signed, now) == ("no_trust_list",)
