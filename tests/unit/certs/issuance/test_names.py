import pytest

from certs.base.errors import IssuanceError
from certs.issuance.names import (
    CitizenSubject,
    authority_attributes,
    looks_like_hkid,
    seal_attributes,
    x509_name,
)


def test_a_resident_is_named_with_the_marks_of_the_demonstration() -> None:
    subject = CitizenSubject(name_en="CHAN, Tai Man", name_zh="陳大文", pseudonym="ABCD1234")
    assert subject.attributes() == {
        "C": "HK",
        "O": "OneChop Demonstration (Personal)",
        "serialNumber": "ABCD1234",
        "CN": "CHAN, Tai Man 陳大文 (Demonstration)",
    }


def test_the_order_of_a_name_is_always_the_same() -> None:
    attributes = seal_attributes("licensing", "Licensing Services")
    backwards = dict(reversed(attributes.items()))
    assert x509_name(attributes) == x509_name(backwards)
    assert x509_name(attributes).rfc4514_string() == (
        "CN=Licensing Services (Demonstration seal),2.5.4.97=OC:HK-licensing,"
        "O=OneChop Demonstration: Licensing Services,C=HK"
    )


@pytest.mark.parametrize(
    "pseudonym",
    ["", "short", "A123456(3)", "A1234563", "AB123456", "x" * 49, "with space", "陳大文陳大文陳大"],
)
def test_a_pseudonym_is_not_an_identity_number(pseudonym: str) -> None:
    with pytest.raises(IssuanceError, match="bad_name"):
        CitizenSubject(name_en="CHAN", pseudonym=pseudonym).attributes()


@pytest.mark.parametrize("name", ["", "   ", "x" * 60, "a\x00b", "a\nb", "a\u202eb", "a\u200bb"])
def test_names_that_cannot_be_shown_are_refused(name: str) -> None:
    with pytest.raises(IssuanceError, match="bad_name"):
        CitizenSubject(name_en=name, pseudonym="ABCD1234-5").attributes()


@pytest.mark.parametrize("slug", ["", "A", "../x", "x" * 40, "a b"])
def test_a_seal_has_a_plain_short_name(slug: str) -> None:
    with pytest.raises(IssuanceError, match="bad_name"):
        seal_attributes(slug, "Licensing Services")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A123456(3)", True),
        ("a1234563", True),
        ("AB987654", True),
        ("no. Q123456(7).", True),
        ("ABC123456", False),
        ("A1234567890", False),
        ("PSEUDONYM-1", False),
    ],
)
def test_identity_numbers_are_recognised(text: str, *, found: bool) -> None:
    assert looks_like_hkid(text) is found


def test_the_authority_names_itself_a_demonstration() -> None:
    attributes = authority_attributes("Root CA 1")
    assert "Demonstration" in attributes["O"]
    assert "Demonstration" in attributes["CN"]
