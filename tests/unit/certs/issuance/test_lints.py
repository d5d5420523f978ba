"""Each lint turns red for the mistake it is there for, and for none of the others' sake alone."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID, ObjectIdentifier
from world.authority import BASE_URL, Founded

from certs.base import oids
from certs.issuance import lints
from certs.issuance.request import Repository
from certs.issuance.rules import Inspected
from certs.profiles import builtin

Entropy = Callable[[int], bytes]


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Founded]:
    from certs.base.effects import system_entropy

    made = Founded(tmp_path_factory.mktemp("authority"), system_entropy)
    yield made
    made.authority.close()


@pytest.fixture(scope="module")
def good(founded: Founded) -> x509.Certificate:
    return founded.citizen().certificate


class Draft:
    """A certificate whose every part can be replaced, signed by a key that is thrown away."""

    def __init__(self, model: x509.Certificate) -> None:
        self.subject = model.subject
        self.issuer = model.issuer
        self.serial = model.serial_number
        self.not_before = model.not_valid_before_utc
        self.not_after = model.not_valid_after_utc
        self.public_key = model.public_key()
        self.signing_key = ec.generate_private_key(ec.SECP256R1())
        self.hash: hashes.HashAlgorithm = hashes.SHA256()
        self.extensions = {e.oid: (e.value, e.critical) for e in model.extensions}

    def put(self, value: x509.ExtensionType, *, critical: bool = False) -> None:
        self.extensions[value.oid] = (value, critical)

    def drop(self, oid: str) -> None:
        del self.extensions[ObjectIdentifier(oid)]

    def rename(self, oid: ObjectIdentifier, value: str | None) -> None:
        parts = [part for part in self.subject if part.oid != oid]
        if value is not None:
            parts.append(x509.NameAttribute(oid, value))
        self.subject = x509.Name(parts)

    def build(self) -> x509.Certificate:
        builder = x509.CertificateBuilder(
            issuer_name=self.issuer,
            subject_name=self.subject,
            public_key=self.public_key,
            serial_number=self.serial,
            not_valid_before=self.not_before,
            not_valid_after=self.not_after,
        )
        for value, critical in self.extensions.values():
            builder = builder.add_extension(value, critical=critical)
        return builder.sign(self.signing_key, self.hash)


def usage(**changed: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: changed.get(name, False) for name in names})


def p384(draft: Draft) -> None:
    draft.signing_key = ec.generate_private_key(ec.SECP384R1())
    draft.hash = hashes.SHA384()


def weak_key(draft: Draft) -> None:
    draft.public_key = ec.generate_private_key(ec.SECP224R1()).public_key()
    draft.put(x509.SubjectKeyIdentifier.from_public_key(draft.public_key))


def other_policy(draft: Draft) -> None:
    draft.put(x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier("1.2.3"), None)]))


def unqualified_policy(draft: Draft) -> None:
    own = ObjectIdentifier(oids.POLICY_CITIZEN)
    draft.put(x509.CertificatePolicies([x509.PolicyInformation(own, None)]))


def limit(amount: bytes) -> Callable[[Draft], None]:
    def change(draft: Draft) -> None:
        oid = ObjectIdentifier(oids.RELIANCE_LIMIT)
        draft.put(x509.UnrecognizedExtension(oid, b"\x30\x08\x13\x03HKD\x02\x01" + amount))

    return change


def foreign_crl(draft: Draft) -> None:
    url = x509.UniformResourceIdentifier("http://elsewhere.example/x.crl")
    draft.put(
        x509.CRLDistributionPoints(
            [x509.DistributionPoint([url], relative_name=None, reasons=None, crl_issuer=None)]
        )
    )


def foreign_ocsp(draft: Draft) -> None:
    url = x509.UniformResourceIdentifier("http://elsewhere.example/ocsp")
    draft.put(
        x509.AuthorityInformationAccess(
            [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, url)]
        )
    )


def qc_compliance(draft: Draft) -> None:
    value = b"\x30\x0a\x30\x08\x06\x06\x04\x00\x8e\x46\x01\x01"
    draft.put(x509.UnrecognizedExtension(ObjectIdentifier(oids.QC_STATEMENTS), value))


def set_to(**values: object) -> Callable[[Draft], None]:
    def change(draft: Draft) -> None:
        for name, value in values.items():
            setattr(draft, name, value)

    return change


def another_key_id(draft: Draft) -> None:
    draft.put(x509.SubjectKeyIdentifier(b"x" * 20))


MISTAKES: dict[str, Callable[[Draft], None]] = {
    "serial_64_bits": set_to(serial=5),
    "validity": lambda d: setattr(d, "not_after", d.not_after + timedelta(days=1)),
    "inside_issuer_validity": lambda d: setattr(d, "not_before", d.not_before - timedelta(1)),
    "signature_algorithm": p384,
    "key_quality": weak_key,
    "issuer_name": lambda d: setattr(d, "issuer", d.subject),
    "subject_attributes": lambda d: d.rename(NameOID.SERIAL_NUMBER, None),
    "demonstration_organisation": lambda d: d.rename(NameOID.ORGANIZATION_NAME, "Government"),
    "demonstration_common_name": lambda d: d.rename(NameOID.COMMON_NAME, "CHAN, Tai Man"),
    "country": lambda d: d.rename(NameOID.COUNTRY_NAME, "GB"),
    "no_identity_number": lambda d: d.rename(NameOID.SERIAL_NUMBER, "A123456(3)"),
    "subject_key_identifier": another_key_id,
    "authority_key_identifier": lambda d: d.drop(oids.AUTHORITY_KEY_IDENTIFIER),
    "basic_constraints": lambda d: d.put(x509.BasicConstraints(ca=True, path_length=0)),
    "key_usage": lambda d: d.put(
        usage(content_commitment=True, digital_signature=True), critical=True
    ),
    "extended_key_usage": lambda d: d.put(
        x509.ExtendedKeyUsage([ObjectIdentifier(oids.TIME_STAMPING)])
    ),
    "policy": other_policy,
    "policy_qualifiers": unqualified_policy,
    "reliance_limit": limit(b"\x05"),
    "crl_distribution_point": foreign_crl,
    "authority_information_access": foreign_ocsp,
    "ocsp_no_check": lambda d: d.put(x509.OCSPNoCheck()),
    "no_qc_statements": qc_compliance,
    "known_extensions": lambda d: d.put(
        x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    ),
}
# only these cannot be built with this library or for this kind of certificate
ELSEWHERE = {"strict_der", "version_3", "key_differs_from_issuer", "issuer_may_issue", "size"}


def inspect(founded: Founded, twin: x509.Certificate, **changed: object) -> set[str]:
    inspected = Inspected(
        twin=twin,
        profile=builtin("citizen"),
        issuer=founded.authority.ca_chain[0],
        algorithm="ES256",
        repository=Repository(base=BASE_URL),
    )
    return {finding.id for finding in lints.run(dataclasses.replace(inspected, **changed))}


def test_a_good_certificate_breaks_no_rule(founded: Founded, good: x509.Certificate) -> None:
    assert inspect(founded, Draft(good).build()) == set()


@pytest.mark.parametrize("id_", MISTAKES)
def test_a_mistake_is_found(founded: Founded, good: x509.Certificate, id_: str) -> None:
    draft = Draft(good)
    MISTAKES[id_](draft)
    assert id_ in inspect(founded, draft.build())


def test_the_uncritical_key_usage_is_found(founded: Founded, good: x509.Certificate) -> None:
    draft = Draft(good)
    draft.put(usage(content_commitment=True), critical=False)
    assert inspect(founded, draft.build()) == {"key_usage"}


def test_the_issuers_own_key_is_found(founded: Founded, good: x509.Certificate) -> None:
    draft = Draft(good)
    draft.public_key = founded.authority.ca_chain[0].public_key()
    assert "key_differs_from_issuer" in inspect(founded, draft.build())


def test_an_issuer_that_is_no_ca_is_found(founded: Founded, good: x509.Certificate) -> None:
    assert "issuer_may_issue" in inspect(founded, Draft(good).build(), issuer=good)


def test_a_ca_below_the_last_ca_is_found(founded: Founded, good: x509.Certificate) -> None:
    found = inspect(founded, Draft(good).build(), profile=builtin("issuing"))
    assert "issuer_may_issue" in found


def test_a_huge_certificate_is_a_warning(founded: Founded, good: x509.Certificate) -> None:
    draft = Draft(good)
    draft.put(
        x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x04\x82\x08\x00" + b"x" * 2048)
    )
    assert "size" in inspect(founded, draft.build())
    assert next(rule for rule in lints.LINTS if rule.id == "size").severity == "warning"


def test_a_lint_that_fails_is_a_finding(founded: Founded, good: x509.Certificate) -> None:
    draft = Draft(good)
    draft.drop(oids.KEY_USAGE)
    assert inspect(founded, draft.build()) == {"key_usage"}


def test_every_lint_is_tried_and_cites_its_clause() -> None:
    assert {rule.id for rule in lints.LINTS} == set(MISTAKES) | ELSEWHERE
    assert len({rule.id for rule in lints.LINTS}) == len(lints.LINTS)
    assert all(rule.clause for rule in lints.LINTS)
