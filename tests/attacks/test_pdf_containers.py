"""Forged CMS containers: two signers, swapped certificates, stamps over something else."""

import hashlib
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier

from certs.base import der, oids
from certs.base.digest import sha256
from certs.signing import SigningEvidence
from certs.verification import cms
from tests.world import papers
from tests.world.papers import page
from tests.world.pki import DAY, Identity, Pki, name, policies, usage
from tests.world.verdicts import PASSED, failed, judge, reasons, result, unclear


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def parts(container: bytes) -> tuple[der.Element, list[der.Element]]:
    """The SignedData of a container and its members."""
    size = len(der.read_all(strip(container))[0].encoded)
    info = der.read_one(container[:size], max_bytes=100_000)
    signed = info.children()[1].children()[0]
    return info, list(signed.children())


def strip(container: bytes) -> bytes:
    length = int.from_bytes(container[2:4], "big") + 4
    return container[:length]


def rebuilt(members: list[bytes]) -> bytes:
    return der.sequence(
        der.object_identifier(oids.SIGNED_DATA), der.explicit(0, der.sequence(*members))
    )


def test_two_signers_in_one_container_fail(pki: Pki) -> None:
    document = pki.sign(page(), pki.leaf())

    def double(container: bytes) -> bytes:
        _, members = parts(container)
        signer = members[-1].children()[0].encoded
        return rebuilt([*(m.encoded for m in members[:-1]), der.tlv(0x31, signer + signer)])

    report = judge(pki, papers.with_container(document, double))
    assert result(report) == failed("FORMAT_FAILURE")
    assert reasons(report)[0] == "NOT_ONE_SIGNER"


def test_no_signer_fails(pki: Pki) -> None:
    document = pki.sign(page(), pki.leaf())

    def empty(container: bytes) -> bytes:
        _, members = parts(container)
        return rebuilt([*(m.encoded for m in members[:-1]), der.tlv(0x31, b"")])

    assert reasons(judge(pki, papers.with_container(document, empty)))[0] == "NOT_ONE_SIGNER"


def test_content_of_its_own_is_not_detached(pki: Pki) -> None:
    document = pki.sign(page(), pki.leaf())

    def enclosing(container: bytes) -> bytes:
        _, members = parts(container)
        content = der.sequence(
            der.object_identifier(cms.DATA), der.explicit(0, der.octet_string(b"other"))
        )
        return rebuilt(
            [*(m.encoded for m in members[:2]), content, *(m.encoded for m in members[3:])]
        )

    assert "NOT_DETACHED" in reasons(judge(pki, papers.with_container(document, enclosing)))


def test_a_certificate_put_in_the_signers_place_is_noticed(pki: Pki) -> None:
    """Same issuer, same serial number, same key, another name: only the signed hash tells."""
    me = pki.leaf()
    twin = (
        x509.CertificateBuilder()
        .subject_name(name("Somebody Else"))
        .issuer_name(me.certificate.issuer)
        .public_key(me.key.public_key())
        .serial_number(me.certificate.serial_number)
        .not_valid_before(pki.now - DAY)
        .not_valid_after(pki.now + DAY)
        .add_extension(usage(content_commitment=True), critical=True)
        .add_extension(policies(oids.POLICY_CITIZEN), critical=False)
    )
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    other = twin.sign(pki.issuing.key, SHA256()).public_bytes(Encoding.DER)
    document = pki.sign(page(), me, evidence=pki.evidence(me, status=False))

    def swapped(container: bytes) -> bytes:
        _, members = parts(container)
        kept = [
            c.encoded
            for c in members[3].children()
            if c.encoded != me.certificate.public_bytes(Encoding.DER)
        ]
        certificates = der.tlv(0xA0, b"".join(sorted([other, *kept])))
        return rebuilt(
            [*(m.encoded for m in members[:3]), certificates, *(m.encoded for m in members[4:])]
        )

    report = judge(pki, papers.with_container(document, swapped))
    assert result(report) == unclear("NO_SIGNING_CERTIFICATE_FOUND")
    assert reasons(report) == ["SIGNING_CERTIFICATE_MISMATCH"]


def test_a_certificate_set_without_the_signer(pki: Pki) -> None:
    me = pki.leaf()
    document = pki.sign(page(), me, evidence=pki.evidence(me, status=False))

    def bare(container: bytes) -> bytes:
        _, members = parts(container)
        return rebuilt([*(m.encoded for m in members[:3]), members[4].encoded])

    report = judge(pki, papers.with_container(document, bare))
    assert result(report) == unclear("NO_SIGNING_CERTIFICATE_FOUND")
    assert reasons(report) == ["SIGNER_CERTIFICATE_MISSING"]


def test_a_changed_signature_value_is_a_crypto_failure(pki: Pki) -> None:
    document = pki.sign(page(), pki.leaf())

    def broken(container: bytes) -> bytes:
        read = cms.read(container)
        assert isinstance(read, cms.Container)
        end = container.index(read.signature) + len(read.signature) - 1
        return papers.flipped(container, end)

    report = judge(pki, papers.with_container(document, broken))
    assert result(report) == failed("SIG_CRYPTO_FAILURE")


def test_a_stamp_over_the_document_instead_of_the_value_proves_nothing(pki: Pki) -> None:
    me = pki.leaf()
    honest = pki.evidence(me)
    evidence = SigningEvidence(
        timestamp=lambda _: pki.timestamp(sha256(b"something else")),
        ocsp=honest.ocsp,
        crls=honest.crls,
    )
    report = judge(pki, pki.sign(page(), me, evidence=evidence), now=pki.now + timedelta(hours=1))
    assert reasons(report, "warning") == ["TIMESTAMP_IMPRINT"]
    assert report["signatures"][0]["time"]["source"] == "verification"
    assert report["eto"]["verdict"] == "ETO_TIME_UNPROVEN"


def test_a_stamp_of_another_time_that_has_not_come_proves_nothing(pki: Pki) -> None:
    me = pki.leaf()
    document = pki.sign(page(), me, at=pki.now + 5 * DAY)
    report = judge(pki, document, now=pki.now)
    assert "TIMESTAMP_IN_FUTURE" in reasons(report, "warning")
    assert result(report) != PASSED


@pytest.mark.parametrize(
    ("authority", "reason"),
    [
        (Pki(tsa_usage=oids.OCSP_SIGNING), "TIMESTAMP_CERTIFICATE"),
        (Pki(tsa_days=(-800, -1)), "TIMESTAMP_CERTIFICATE"),
    ],
)
def test_a_unit_that_may_not_stamp_proves_nothing(authority: Pki, reason: str) -> None:
    report = judge(authority, authority.sign(page(), authority.leaf()))
    assert reason in reasons(report, "warning")
    assert report["signatures"][0]["process"] == "basic"


def test_a_unit_whose_key_was_compromised_later_proves_nothing(pki: Pki) -> None:
    document = pki.sign(page(), pki.leaf())
    assert result(judge(pki, document)) == PASSED
    serial = pki.tsa.certificate.serial_number
    later = Pki(revoked={serial: (pki.now + DAY, x509.ReasonFlags.key_compromise)})
    for part in ("root", "issuing", "tsa", "responder"):
        later.__dict__[part] = getattr(pki, part)
    crls = (later.crl(at=pki.now + DAY),)
    report = judge(pki, document, now=pki.now + 2 * DAY, crls=crls)
    assert "TIMESTAMP_STATUS" in reasons(report, "warning")
    assert result(report) == unclear("TRY_LATER")


@pytest.mark.parametrize(
    ("leaf", "reason"),
    [
        ({"key_usage": usage(key_encipherment=True)}, "KEY_USAGE"),
        (
            {"extra": [(x509.ExtendedKeyUsage([ObjectIdentifier("1.3.6.1.5.5.7.3.1")]), False)]},
            "EXTENDED_KEY_USAGE",
        ),
        ({"extra": [(x509.BasicConstraints(ca=True, path_length=None), True)]}, "LEAF_IS_CA"),
        (
            {"extra": [(x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\5\0"), True)]},
            "UNKNOWN_CRITICAL_EXTENSION",
        ),
    ],
)
def test_certificates_that_may_not_sign(pki: Pki, leaf: dict, reason: str) -> None:
    report = judge(pki, pki.sign(page(), pki.leaf(**leaf)))
    assert result(report) == unclear("CHAIN_CONSTRAINTS_FAILURE")
    assert reasons(report) == [reason]


def test_a_leaf_that_issues_certificates_is_no_authority(pki: Pki) -> None:
    """CA:FALSE in the middle: the classic way to make oneself an authority."""
    middle = pki.leaf(key_usage=usage(content_commitment=True, key_cert_sign=True))
    me = pki.leaf(issuer=middle)
    document = pki.sign(page(), me)

    def with_middle(container: bytes) -> bytes:
        from cryptography.hazmat.primitives.serialization import Encoding

        _, members = parts(container)
        extra = middle.certificate.public_bytes(Encoding.DER)
        held = [c.encoded for c in members[3].children()]
        certificates = der.tlv(0xA0, b"".join(sorted([extra, *held])))
        return rebuilt(
            [*(m.encoded for m in members[:3]), certificates, *(m.encoded for m in members[4:])]
        )

    report = judge(pki, papers.with_container(document, with_middle))
    assert result(report) == unclear("CHAIN_CONSTRAINTS_FAILURE")
    assert reasons(report) == ["ISSUER_NOT_CA"]


def test_a_bag_of_cross_signed_certificates_ends_soon(pki: Pki) -> None:
    """Path building must not be exponential (pki.md §0.4)."""
    import time

    from certs.verification.codes import Reason
    from certs.verification.path import chain as path

    twins: list[Identity] = [
        pki.issue(
            name("Same Name"),
            issuer=None,
            extensions=((x509.BasicConstraints(ca=True, path_length=None), True),),
        )
        for _ in range(1)
    ]
    key = twins[0].key
    pool = [
        pki.issue(
            name("Same Name"),
            issuer=twins[0],
            key=key,
            extensions=((x509.BasicConstraints(ca=True, path_length=None), True),),
        ).certificate
        for _ in range(40)
    ]
    leaf = pki.leaf(issuer=twins[0]).certificate
    begin = time.process_time()
    found = path.build(leaf, pool, [pki.root.certificate], pki.now)
    assert found in {Reason.NO_ISSUER_FOUND, Reason.PATH_SEARCH_LIMIT}
    assert time.process_time() - begin < 2


def test_sha1_is_named_and_refused(pki: Pki) -> None:
    """eto.md §8 row 2: a SHA-1 container ends as CRYPTO_CONSTRAINTS_FAILURE."""
    from certs.verification import verdict
    from certs.verification.assessment import Assessment
    from certs.verification.evidence import SignatureField, Store
    from certs.verification.policy import Policy

    read = cms.read(bytes.fromhex(papers.GAP.search(pki.sign(page(), pki.leaf()))[1].decode()))
    assert isinstance(read, cms.Container)
    import dataclasses

    assessment = Assessment(
        document=b"",
        field=SignatureField(name="x"),
        store=Store(),
        policy=Policy(trust_list=pki.trust_list()),
        now=pki.now,
        container=dataclasses.replace(read, digest_name="sha1"),
        signer=pki.leaf().certificate,
    )
    outcome = verdict.check_algorithms(assessment)
    assert (outcome.sub_indication, outcome.reason) == (
        "CRYPTO_CONSTRAINTS_FAILURE",
        "ALGORITHM_TOO_WEAK",
    )
    assert hashlib.new("sha1", b"").digest_size == 20
