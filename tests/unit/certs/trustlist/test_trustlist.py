import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from world.authority import START, Founded

from certs.base import oids
from certs.base.errors import TrustListError
from certs.keys.software import SoftwareSigner, generate_key
from certs.trustlist import (
    Period,
    Recognition,
    RecognitionStatus,
    TrustList,
    load,
    policies_of,
    publish,
    recognition_at,
)

Entropy = Callable[[int], bytes]
DAY = timedelta(days=1)


@pytest.fixture
def founded(tmp_path: Path, entropy: Entropy) -> Iterator[Founded]:
    made = Founded(tmp_path, entropy)
    yield made
    made.authority.close()


@pytest.fixture
def trust_list(founded: Founded) -> TrustList:
    return load(
        founded.authority.trust_list_json,
        pinned_key=founded.authority.ca_chain[0].public_key(),
    )


def ask(founded: Founded, trust_list: TrustList, when: datetime = START) -> Recognition:
    leaf = founded.citizen().certificate
    return recognition_at(trust_list, [leaf, *founded.authority.ca_chain], when)


def with_entry(trust_list: TrustList, **changed: object) -> TrustList:
    first, *others = trust_list.recognitions
    entry = dataclasses.replace(first, **changed)
    return dataclasses.replace(trust_list, recognitions=(entry, *others))


def test_the_demonstration_recognises_itself_and_says_so(
    founded: Founded, trust_list: TrustList
) -> None:
    answer = ask(founded, trust_list)
    assert answer.status is RecognitionStatus.RECOGNISED
    assert answer.demo
    assert answer.entry is not None
    assert answer.entry.class_name == "citizen"
    assert trust_list.anchors[0].certificate == founded.authority.ca_chain[1]
    assert trust_list.is_current(START)
    assert not trust_list.is_current(START + timedelta(days=400))


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"period": Period(start=START + DAY)}, "out_of_period"),
        ({"period": Period(start=START - DAY, end=START)}, "out_of_period"),
        ({"period": Period(start=START)}, "recognised"),
        ({"suspended": (Period(start=START - DAY, end=START + DAY),)}, "suspended"),
        ({"suspended": (Period(start=START),)}, "suspended"),
        ({"suspended": (Period(start=START - DAY, end=START),)}, "recognised"),
        ({"revoked_at": START}, "revoked"),
        ({"revoked_at": START + DAY}, "recognised"),
        ({"revoked_at": START, "suspended": (Period(start=START),)}, "revoked"),
        ({"policy": oids.POLICY_CITIZEN + "0"}, "not_recognised"),
        ({"policy": oids.ARC + ".1"}, "recognised"),
    ],
)
def test_recognition_is_asked_of_a_moment(
    founded: Founded, trust_list: TrustList, changed: dict[str, object], status: str
) -> None:
    """Cap. 553 s. 6(2)(a) and (b), ss. 22 to 24."""
    assert ask(founded, with_entry(trust_list, **changed)).status == status


def test_an_entry_pins_the_issuer(founded: Founded, trust_list: TrustList) -> None:
    leaf = founded.citizen().certificate
    issuing, root = founded.authority.ca_chain
    for chain in ([leaf, root], [leaf], [], [leaf, leaf, issuing]):
        status = recognition_at(trust_list, chain, START).status
        assert status is RecognitionStatus.NOT_RECOGNISED


def test_a_class_without_an_entry_is_not_recognised(
    founded: Founded, trust_list: TrustList
) -> None:
    tsa = founded.transcript.made[2][1].certificate
    chain = [tsa, *founded.authority.ca_chain]
    assert recognition_at(trust_list, chain, START).status is RecognitionStatus.NOT_RECOGNISED
    # anyPolicy in a CA certificate is no class
    assert policies_of(founded.authority.ca_chain[0]) == ()


def test_reading_gives_back_what_was_published(trust_list: TrustList, entropy: Entropy) -> None:
    signer = SoftwareSigner(generate_key("secp256r1", entropy))
    changed = with_entry(
        trust_list,
        suspended=(Period(start=START, end=START + DAY), Period(start=START + 2 * DAY)),
        revoked_at=START + 9 * DAY,
    )
    data = publish(changed, sign=signer.sign_digest)
    assert load(data, pinned_key=signer.public_key) == changed


def test_only_the_pinned_key_counts(founded: Founded, entropy: Entropy) -> None:
    data = founded.authority.trust_list_json
    stranger = generate_key("secp256r1", entropy).public_key()
    root = founded.authority.ca_chain[1].public_key()
    for key in (stranger, root):
        with pytest.raises(TrustListError, match="bad_signature"):
            load(data, pinned_key=key)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["list"].update(demo=False),
        lambda d: d["list"].update(sequence=2),
        lambda d: d["list"]["recognitions"][0].update(policy="1.2.3"),
        lambda d: d["list"]["recognitions"].pop(),
        lambda d: d.update(signature=""),
        lambda d: d.update(signature=None),
        lambda d: d.update(signature=d["signature"].replace("..", ".e30.")),
        lambda d: d.update(signature="e30" + d["signature"][d["signature"].index(".") :]),
        lambda d: d.update(signature=d["signature"][:-8]),
    ],
)
def test_a_list_that_was_changed_is_refused(founded: Founded, change) -> None:
    document = json.loads(founded.authority.trust_list_json)
    change(document)
    with pytest.raises(TrustListError, match="bad_signature"):
        load(
            json.dumps(document).encode(),
            pinned_key=founded.authority.ca_chain[0].public_key(),
        )


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(extra=1),
        lambda d: d["list"].update(extra=1),
        lambda d: d["list"].update(demo="true"),
        lambda d: d["list"].update(sequence=True),
        lambda d: d["list"].update(sequence=1.5),
        lambda d: d["list"].update(issued_at="2026-11-21"),
        lambda d: d["list"]["anchors"][0].update(certificate="junk"),
        lambda d: d["list"]["recognitions"][0].update(issuer="00"),
        lambda d: d["list"]["recognitions"][0].update(policy=""),
        lambda d: d["list"]["recognitions"][0].update(policy="1.x"),
        lambda d: d["list"].pop("anchors"),
    ],
)
def test_a_malformed_list_is_refused(founded: Founded, change) -> None:
    document = json.loads(founded.authority.trust_list_json)
    change(document)
    with pytest.raises(TrustListError, match="malformed"):
        load(json.dumps(document).encode())


def test_duplicate_members_and_huge_lists_are_refused(founded: Founded) -> None:
    text = founded.authority.trust_list_json.decode()
    twice = text.replace('"demo": true', '"demo": true, "demo": false')
    with pytest.raises(TrustListError, match="malformed"):
        load(twice.encode())
    with pytest.raises(TrustListError, match="too_large"):
        load(b" " * (1024 * 1024 + 1))
    with pytest.raises(TrustListError, match="malformed"):
        load(b"[" * 100_000)


def test_a_rollback_is_refused(founded: Founded) -> None:
    data = founded.authority.trust_list_json
    assert load(data, not_before_sequence=1).sequence == 1
    with pytest.raises(TrustListError, match="rollback"):
        load(data, not_before_sequence=2)


def test_a_new_list_needs_a_higher_number(founded: Founded, trust_list: TrustList) -> None:
    founded.authority.publish_trust_list(dataclasses.replace(trust_list, sequence=2))
    assert load(founded.authority.trust_list_json).sequence == 2
    with pytest.raises(TrustListError, match="rollback"):
        founded.authority.publish_trust_list(dataclasses.replace(trust_list, sequence=2))
    assert load(founded.authority.trust_list_json).issued_at == START.astimezone(UTC)
