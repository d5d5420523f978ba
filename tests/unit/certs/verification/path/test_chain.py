from datetime import timedelta

import pytest
from cryptography import x509

from certs.base import oids
from certs.verification.codes import Reason
from certs.verification.path import chain as path
from certs.verification.path.chain import Path
from tests.world.pki import DAY, Identity, Pki, name, policies, usage

CA = (
    (x509.BasicConstraints(ca=True, path_length=None), True),
    (usage(key_cert_sign=True, crl_sign=True), True),
)


def build(pki: Pki, leaf: Identity, *pool: Identity, when_days: int = 0) -> Path | Reason:
    return path.build(
        leaf.certificate,
        [pki.issuing.certificate, *(identity.certificate for identity in pool)],
        [pki.root.certificate],
        pki.now + when_days * DAY,
    )


def test_a_path_that_holds_tells_its_policies() -> None:
    pki = Pki()
    found = build(pki, pki.leaf())
    assert isinstance(found, Path)
    assert [c.subject for c in found.chain][1:] == [
        pki.issuing.certificate.subject,
        pki.root.certificate.subject,
    ]
    assert found.policies == {oids.POLICY_CITIZEN}


def test_no_issuer_in_the_pool() -> None:
    pki = Pki()
    leaf = pki.leaf().certificate
    found = path.build(leaf, [], [pki.root.certificate], pki.now)
    assert found is Reason.NO_ISSUER_FOUND


def test_an_issuer_of_the_same_name_with_another_key_is_none() -> None:
    pki, twin = Pki(), Pki()
    found = path.build(
        pki.leaf().certificate, [twin.issuing.certificate], [twin.root.certificate], pki.now
    )
    assert found is Reason.NO_ISSUER_FOUND


def test_path_length_is_counted() -> None:
    """RFC 5280 §6.1.4 (l): the issuing CA may have no authority below it."""
    pki = Pki()
    below = pki.issue(name("Below"), issuer=pki.issuing, extensions=CA)
    assert build(pki, pki.leaf(issuer=below), below) is Reason.PATH_LENGTH
    longer = Pki(path_length=1)
    below = longer.issue(
        name("Below"),
        issuer=longer.issuing,
        extensions=(*CA, (policies(oids.ANY_POLICY), False)),
    )
    assert isinstance(build(longer, longer.leaf(issuer=below), below), Path)


@pytest.mark.parametrize(
    ("extensions", "reason"),
    [
        ((), Reason.ISSUER_NOT_CA),
        (((x509.BasicConstraints(ca=False, path_length=None), True),), Reason.ISSUER_NOT_CA),
        (((x509.BasicConstraints(ca=True, path_length=None), True),), Reason.ISSUER_KEY_USAGE),
        (
            (
                (x509.BasicConstraints(ca=True, path_length=None), True),
                (usage(digital_signature=True), True),
            ),
            Reason.ISSUER_KEY_USAGE,
        ),
        (
            (*CA, (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\5\0"), True)),
            Reason.UNKNOWN_CRITICAL_EXTENSION,
        ),
    ],
)
def test_an_issuer_must_be_an_authority(extensions: tuple, reason: Reason) -> None:
    pki = Pki()
    middle = pki.issue(name("Middle"), issuer=pki.root, extensions=extensions)
    assert build(pki, pki.leaf(issuer=middle), middle) is reason


@pytest.mark.parametrize(
    "authority", [Pki(issuing_days=(-900, -1)), Pki(root_days=(-1000, -1)), Pki(root_days=(1, 9))]
)
def test_every_issuer_must_be_in_its_period(authority: Pki) -> None:
    assert build(authority, authority.leaf()) is Reason.ISSUER_OUT_OF_PERIOD


def test_the_ends_of_a_period_belong_to_it() -> None:
    """RFC 5280 §4.1.2.5: from notBefore to notAfter, both included."""
    pki = Pki()
    certificate = pki.leaf(days=(0, 1)).certificate
    second = timedelta(seconds=1)
    assert path.in_period(certificate, pki.now)
    assert path.in_period(certificate, pki.now + DAY)
    assert not path.in_period(certificate, pki.now - second)
    assert not path.in_period(certificate, pki.now + DAY + second)


def test_an_issuer_that_grants_other_policies_leaves_none() -> None:
    pki = Pki()
    narrow = pki.issue(
        name("Narrow"), issuer=pki.root, extensions=(*CA, (policies(oids.POLICY_SEAL), False))
    )
    found = build(pki, pki.leaf(issuer=narrow), narrow)
    assert isinstance(found, Path)
    assert found.policies == frozenset()


def test_a_demanded_policy_that_is_not_left_is_a_refusal() -> None:
    pki = Pki()
    demand = x509.PolicyConstraints(require_explicit_policy=0, inhibit_policy_mapping=None)
    narrow = pki.issue(
        name("Narrow"),
        issuer=pki.root,
        extensions=(*CA, (policies(oids.POLICY_SEAL), False), (demand, True)),
    )
    assert build(pki, pki.leaf(issuer=narrow), narrow) is Reason.POLICY_CONSTRAINTS


def subtree(*names: x509.Name, excluded: bool = False) -> x509.NameConstraints:
    trees = [x509.DirectoryName(entry) for entry in names]
    return x509.NameConstraints(
        permitted_subtrees=None if excluded else trees,
        excluded_subtrees=trees if excluded else None,
    )


@pytest.mark.parametrize(
    ("constraint", "holds"),
    [
        (subtree(x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "HK")])), True),
        (subtree(x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "MO")])), False),
        (
            subtree(
                x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "HK")]), excluded=True
            ),
            False,
        ),
    ],
)
def test_name_constraints_bind_the_subject(
    constraint: x509.NameConstraints, *, holds: bool
) -> None:
    pki = Pki(issuing_extra=(constraint,))
    found = build(pki, pki.leaf())
    assert (isinstance(found, Path)) is holds
    if not holds:
        assert found is Reason.NAME_CONSTRAINTS
