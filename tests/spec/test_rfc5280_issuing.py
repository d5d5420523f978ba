"""RFC 5280, the makers' half: certificates and CRLs as they are issued."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import crl as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import AuthorityInformationAccessOID
from world.authority import BASE_URL, START, Founded

from certs.base import oids


@pytest.fixture
def founded(tmp_path: Path, entropy: Callable[[int], bytes]) -> Iterator[Founded]:
    made = Founded(tmp_path, entropy)
    yield made
    made.authority.close()


@pytest.fixture
def citizen(founded: Founded) -> x509.Certificate:
    return founded.citizen().certificate


def everything(founded: Founded) -> list[x509.Certificate]:
    founded.citizen()
    founded.citizen(minor=True)
    return [record.certificate for record in founded.authority.records()]


def extension(certificate: x509.Certificate, kind):
    return certificate.extensions.get_extension_for_class(kind)


def test_section_4_1_2_2_serial_numbers(founded: Founded) -> None:
    """§4.1.2.2: positive, at most 20 octets, unique."""
    serials = [certificate.serial_number for certificate in everything(founded)]
    assert len(serials) == len(set(serials)) == 8
    assert all(serial > 0 and serial.bit_length() == 127 for serial in serials)


def test_section_4_1_2_4_issuer_is_the_subject_of_the_ca(founded: Founded) -> None:
    """§4.1.2.4, §4.2.1.1: name and key identifier chain."""
    by_name = {c.subject.public_bytes(): c for c in founded.authority.ca_chain}
    for certificate in everything(founded):
        issuer = by_name[certificate.issuer.public_bytes()]
        certificate.verify_directly_issued_by(issuer)
        if certificate is not issuer and certificate.issuer != certificate.subject:
            found = extension(certificate, x509.AuthorityKeyIdentifier).value.key_identifier
            assert found == extension(issuer, x509.SubjectKeyIdentifier).value.digest


def test_section_4_1_2_5_validity(founded: Founded, citizen: x509.Certificate) -> None:
    """§4.1.2.5: from now, three years, never longer than the issuer."""
    assert citizen.not_valid_before_utc == START
    assert citizen.not_valid_after_utc == START + timedelta(days=1095, seconds=-1)
    founded.clock.advance(days=3000)
    late = founded.citizen().certificate
    assert late.not_valid_after_utc == founded.authority.ca_chain[0].not_valid_after_utc


def test_section_4_2_1_3_key_usage(citizen: x509.Certificate) -> None:
    """§4.2.1.3: critical; contentCommitment and nothing else."""
    found = extension(citizen, x509.KeyUsage)
    assert found.critical
    assert found.value.content_commitment
    others = ("digital_signature", "key_encipherment", "key_agreement", "key_cert_sign")
    assert not any(getattr(found.value, name) for name in others)


def test_section_4_2_1_4_policies(founded: Founded, citizen: x509.Certificate) -> None:
    """§4.2.1.4: one policy, with practice statement and a notice of at most 200 characters."""
    (policy,) = extension(citizen, x509.CertificatePolicies).value
    assert policy.policy_identifier.dotted_string == oids.POLICY_CITIZEN
    uri, notice = policy.policy_qualifiers
    assert uri == f"{BASE_URL}/cps"
    assert "not recognised" in notice.explicit_text
    assert "HK$200,000" in notice.explicit_text
    assert len(notice.explicit_text) <= 200
    minor = founded.citizen(minor=True).certificate
    (policy,) = extension(minor, x509.CertificatePolicies).value
    assert policy.policy_identifier.dotted_string == oids.POLICY_MINOR
    assert "HK$0." in policy.policy_qualifiers[1].explicit_text


def test_section_4_2_1_9_basic_constraints(founded: Founded) -> None:
    """§4.2.1.9: critical in CAs, path lengths 1 and 0."""
    issuing, root = founded.authority.ca_chain
    for certificate, length in ((issuing, 0), (root, 1)):
        found = extension(certificate, x509.BasicConstraints)
        assert found.critical
        assert (found.value.ca, found.value.path_length) == (True, length)


def test_section_4_2_1_13_and_4_2_2_1_pointers(citizen: x509.Certificate) -> None:
    """§4.2.1.13, §4.2.2.1: where to ask."""
    (point,) = extension(citizen, x509.CRLDistributionPoints).value
    assert [name.value for name in point.full_name] == [f"{BASE_URL}/crl/issuing.crl"]
    found = extension(citizen, x509.AuthorityInformationAccess).value
    assert {entry.access_method: entry.access_location.value for entry in found} == {
        AuthorityInformationAccessOID.OCSP: f"{BASE_URL}/ocsp",
        AuthorityInformationAccessOID.CA_ISSUERS: f"{BASE_URL}/ca/issuing.cer",
    }


def test_section_4_2_no_qualified_statement_is_made(founded: Founded) -> None:
    """Nothing claims a status under a scheme that is not ours (ETSI EN 319 412-5 §4.2)."""
    for certificate in everything(founded):
        names = {e.oid.dotted_string for e in certificate.extensions}
        assert oids.QC_STATEMENTS not in names


def test_cap_553_section_41_the_limit_stands_in_the_certificate(
    founded: Founded, citizen: x509.Certificate
) -> None:
    """Cap. 553 s. 41: our own extension, HK$200,000, and nil for people under 18."""
    oid = x509.ObjectIdentifier(oids.RELIANCE_LIMIT)
    value = citizen.extensions.get_extension_for_oid(oid).value
    assert value.value == bytes.fromhex("300a1303484b440203030d40")
    minor = founded.citizen(minor=True).certificate
    value = minor.extensions.get_extension_for_oid(oid).value
    assert value.value == bytes.fromhex("30081303484b44020100")


# --- CRLs -------------------------------------------------------------------------------------
def crl(founded: Founded, issuer: str = "issuing") -> x509.CertificateRevocationList:
    data = founded.authority.crl_der(issuer)
    assert asn1.CertificateList.load(data, strict=True).dump(force=True) == data
    return x509.load_der_x509_crl(data)


def number(found: x509.CertificateRevocationList) -> int:
    return found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


@pytest.mark.parametrize(("issuer", "place"), [("issuing", 0), ("root", 1)])
def test_section_5_1_signature_and_names(founded: Founded, issuer: str, place: int) -> None:
    """§5.1: signed by the CA it speaks for, with its key identifier (§5.2.1)."""
    found = crl(founded, issuer)
    certificate = founded.authority.ca_chain[place]
    assert found.is_signature_valid(certificate.public_key())
    assert found.issuer == certificate.subject
    wanted = extension(certificate, x509.SubjectKeyIdentifier).value.digest
    assert extension(found, x509.AuthorityKeyIdentifier).value.key_identifier == wanted


def test_section_5_1_2_6_an_empty_list_is_left_out(founded: Founded) -> None:
    """§5.1.2.6: no revokedCertificates when there are none."""
    data = founded.authority.crl_der()
    parsed = asn1.CertificateList.load(data)["tbs_cert_list"]["revoked_certificates"]
    assert parsed.native is None
    assert list(crl(founded)) == []


def test_section_5_2_3_numbers_rise(founded: Founded) -> None:
    """§5.2.3: with every new list, and only then."""
    first = founded.authority.crl_der()
    assert founded.authority.crl_der() == first
    founded.authority.revoke(founded.citizen().serial, "superseded")
    second = crl(founded)
    assert number(second) == number(x509.load_der_x509_crl(first)) + 1
    founded.clock.advance(hours=8)
    third = crl(founded)
    assert number(third) == number(second) + 1
    assert third.last_update_utc == founded.clock()


def test_section_5_1_2_5_next_update(founded: Founded) -> None:
    """§5.1.2.5: 24 hours for the issuing CA, a year for the root."""
    for issuer, length in (("issuing", timedelta(hours=24)), ("root", timedelta(days=365))):
        found = crl(founded, issuer)
        assert found.next_update_utc == START + length


def test_section_5_3_1_reasons(founded: Founded) -> None:
    """§5.3.1: the reason is given, unspecified is left out; a hold is a reason."""
    given = {}
    for reason in ("keyCompromise", "privilegeWithdrawn", "unspecified"):
        record = founded.citizen()
        given[record.serial] = reason
        founded.clock.advance(minutes=1)
        founded.authority.revoke(record.serial, reason)
    held = founded.citizen()
    founded.authority.suspend(held.serial)
    found = crl(founded)
    assert len(list(found)) == 4
    for serial, reason in {**given, held.serial: "certificateHold"}.items():
        entry = found.get_revoked_certificate_by_serial_number(serial)
        assert entry is not None
        if reason == "unspecified":
            assert len(entry.extensions) == 0
        else:
            coded = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
            assert coded.value == reason
    first = found.get_revoked_certificate_by_serial_number(next(iter(given)))
    assert first is not None
    assert first.revocation_date_utc == START + timedelta(minutes=1)


def test_section_5_3_1_a_hold_that_was_lifted_is_gone(founded: Founded) -> None:
    """§5.3.1: a complete list simply no longer has it."""
    record = founded.citizen()
    founded.authority.suspend(record.serial)
    assert len(list(crl(founded))) == 1
    founded.authority.resume(record.serial)
    assert list(crl(founded)) == []


def test_a_revoked_certificate_stays_listed_after_it_expired(founded: Founded) -> None:
    """Practice statement §4: old signatures can still be judged."""
    record = founded.citizen()
    founded.authority.revoke(record.serial, "keyCompromise")
    founded.clock.advance(days=1500)
    assert crl(founded).get_revoked_certificate_by_serial_number(record.serial) is not None


def test_certificates_read_as_pem_too(citizen: x509.Certificate) -> None:
    pem = citizen.public_bytes(serialization.Encoding.PEM)
    assert x509.load_pem_x509_certificate(pem) == citizen
