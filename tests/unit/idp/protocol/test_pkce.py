"""RFC 7636, with the example of its appendix B."""

import pytest

from idp.protocol.pkce import is_challenge, verifier_fits

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_example_of_appendix_b() -> None:
    assert is_challenge(CHALLENGE)
    assert verifier_fits(VERIFIER, CHALLENGE)


@pytest.mark.parametrize("verifier", [None, "", VERIFIER[:-1] + "l", "x" * 42, "x" * 129, "é" * 50])
def test_other_verifiers_do_not_fit(verifier: str | None) -> None:
    assert not verifier_fits(verifier, CHALLENGE)


def test_lengths_of_the_grammar() -> None:
    import hashlib

    from idp.domain.values import base64url

    for length in (43, 128):
        verifier = "a" * length
        challenge = base64url(hashlib.sha256(verifier.encode()).digest())
        assert verifier_fits(verifier, challenge)


def test_without_a_challenge_no_verifier_may_come() -> None:
    assert verifier_fits(None, "")
    assert not verifier_fits(VERIFIER, "")


@pytest.mark.parametrize("challenge", ["", "x" * 42, "x" * 44, CHALLENGE[:-1] + "N", "+" * 43])
def test_what_is_no_challenge(challenge: str) -> None:
    assert not is_challenge(challenge)
