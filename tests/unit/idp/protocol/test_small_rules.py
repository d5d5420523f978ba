"""Subjects, claims, responses, methods: rules of a few lines."""

from datetime import date

import pytest

from idp.domain.errors import ErrorCode
from idp.domain.person import Attribute, Source
from idp.domain.values import Secret
from idp.protocol.claims import SCOPES, SUPPORTED_CLAIMS, claims_of, released
from idp.protocol.metadata import provider_metadata, token_endpoint
from idp.protocol.request.response import (
    AuthorizationRefused,
    code_response,
    error_response,
    redirect_to,
)
from idp.protocol.subject import pairwise_subject
from idp.protocol.token.id_token import amr_of, at_hash


def test_a_subject_depends_on_key_sector_and_person_and_on_their_border() -> None:
    subjects = {
        pairwise_subject(key, sector, person)
        for key in (b"k" * 32, b"l" * 32)
        for sector in ("a", "ab")
        for person in ("bc", "c")
    }
    assert len(subjects) == 8
    assert all(len(subject) == 43 for subject in subjects)


def test_a_subject_stays_the_same_for_ever() -> None:
    """A change of the function would make everybody a stranger to every department."""
    found = pairwise_subject(bytes(range(32)), "licensing.localhost", "tai-man")
    assert found == "h7WPNsvbKBdLXjPCaXIf7b-A9FnG_XXd7JisY5B_LF4"


def test_scopes_ask_for_claims_in_the_order_of_a_form() -> None:
    asked = claims_of(("contact", "identity", "openid"))
    assert [c.claim for c in asked][:2] == ["hkid", "name_en"]
    assert {c.claim for c in asked if not c.essential} == {
        "name_zh", "email", "phone_number", "address"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "claims"),
    [
        (("name",), ["name_en", "name_zh"]),
        (("hkid",), ["hkid"]),
        (("birthdate",), ["birthdate"]),
        (("gender",), ["gender"]),
        (("address", "phone", "email"), ["email", "phone_number", "address"]),
        (("identity", "name", "hkid"), ["hkid", "name_en", "name_zh", "birthdate", "gender"]),
        (("openid", "somebody else's"), []),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_a_narrow_scope_asks_for_its_own_claims_only_and_each_once(
    scope: tuple[str, ...], claims: list[str]
) -> None:
    """PDPO, data protection principle 1(1)(c): adequate but not excessive."""
    assert [c.claim for c in claims_of(scope)] == claims


def test_a_narrow_scope_is_as_strict_as_the_bundle() -> None:
    bundle, narrow = claims_of(("identity", "contact")), claims_of(tuple(SCOPES)[1:8])
    assert narrow == bundle


def test_every_scope_speaks_of_claims_that_exist() -> None:
    assert {c for claims in SCOPES.values() for c in claims} == set(SUPPORTED_CLAIMS)


def test_released_values_carry_their_source() -> None:
    on = date(2026, 1, 2)
    attributes = (
        Attribute(claim="hkid", value="Z", source=Source.REGISTERED, as_of=on),
        Attribute(claim="email", value="a@b", source=Source.SELF_DECLARED, as_of=on),
    )
    assert released(attributes, ("email", "address")) == {
        "email": "a@b",
        "_sources": {"email": {"source": "self_declared", "as_of": "2026-01-02"}},
    }
    assert released(attributes, ()) == {}


def test_responses_keep_the_registered_query() -> None:
    assert redirect_to("https://rp/cb", {}) == "https://rp/cb"
    assert redirect_to("https://rp/cb", {"state": None}) == "https://rp/cb"
    assert redirect_to("https://rp/cb?a=1", {"state": "x y"}) == "https://rp/cb?a=1&state=x+y"
    assert code_response("https://rp/cb", code="c", state=None, issuer="https://op") == (
        "https://rp/cb?code=c&iss=https%3A%2F%2Fop"
    )
    refused = error_response(
        "https://rp/cb",
        error=ErrorCode.ACCESS_DENIED,
        description="rejected",
        state="s",
        issuer="https://op",
    )
    expected = "?error=access_denied&error_description=rejected&state=s&iss=https%3A%2F%2Fop"
    assert refused.endswith(expected)
    travelling = AuthorizationRefused(ErrorCode.ACCESS_DENIED, "rejected", refused)
    assert (travelling.redirectable, travelling.redirect_to) == (True, refused)


@pytest.mark.parametrize(("backed_up", "first"), [(True, "swk"), (False, "hwk")])
def test_methods_say_whether_the_key_can_leave_its_device(*, backed_up: bool, first: str) -> None:
    assert amr_of(backed_up=backed_up) == (first, "user", "mfa")


def test_at_hash_is_half_a_digest() -> None:
    assert len(at_hash(Secret("x"))) == 22


def test_metadata_names_no_unsafe_thing() -> None:
    document = provider_metadata("https://id.example")
    assert document["token_endpoint"] == token_endpoint("https://id.example")
    del document["prompt_values_supported"]  # has a `none` of its own, which is a good one
    listed = {v for value in document.values() if isinstance(value, list) for v in value}
    assert not listed & {"none", "plain", "HS256", "RS256", "token", "implicit", "fragment"}
