from datetime import timedelta
from importlib import resources

import pytest

from certs.base import oids
from certs.base.errors import ProfileError
from certs.profiles import builtin, builtin_names, load

FILES = resources.files("certs.profiles") / "builtin"


def written(name: str) -> str:
    return (FILES / f"{name}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", builtin_names())
def test_every_profile_that_ships_is_sound(name: str) -> None:
    assert builtin(name).name == name


def test_no_profile_lies_unused() -> None:
    names = {file.name.removesuffix(".toml") for file in FILES.iterdir()}
    assert names == set(builtin_names())


def test_keys_of_people_and_departments_only_commit() -> None:
    """ETSI EN 319 412-2 §4.3.2: a signing key never authenticates."""
    for name in ("citizen", "minor", "seal"):
        assert builtin(name).key_usage == {"content_commitment"}


def test_limits_are_those_of_the_practice_statement() -> None:
    """Cap. 553 s. 41: HK$200,000, and nothing for people under 18."""
    assert builtin("citizen").reliance_limit == 200_000
    assert builtin("minor").reliance_limit == 0
    assert builtin("citizen").policy != builtin("minor").policy


def test_the_time_stamping_unit_only_stamps() -> None:
    """RFC 3161 §2.3."""
    profile = builtin("tsa")
    assert profile.extended_key_usage == (oids.TIME_STAMPING,)
    assert profile.extended_key_usage_critical
    assert profile.lifetime == timedelta(days=2190)


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("citizen", 'issuer = "issuing"', 'issuer = "anybody"', "unknown_issuer"),
        ("citizen", "secp256r1", "secp256k1", "unknown_curve"),
        ("citizen", "= 1095", "= 4000", "lifetime"),
        ("citizen", "= 1095", "= 0", "lifetime"),
        ("citizen", '["content_commitment"]', "[]", "unknown_key_usage"),
        ("citizen", '["content_commitment"]', '["key_encipherment"]', "unknown_key_usage"),
        (
            "citizen",
            '["content_commitment"]',
            '["content_commitment", "digital_signature"]',
            "mixed_commitment",
        ),
        ("citizen", '["content_commitment"]', '["key_cert_sign"]', "ca_and_key_cert_sign"),
        ("citizen", "ca = false", "ca = true", "ca_and_key_cert_sign"),
        ("citizen", "path_length = -1", "path_length = 0", "path_length_without_ca"),
        ("citizen", "reliance_limit = 200000", "reliance_limit = -1", "reliance_limit"),
        ("citizen", 'policy = "citizen"', 'policy = "mine"', "wrong_value"),
        ("citizen", "ocsp_no_check = false", "ocsp_no_check = true", "no_check"),
        ("citizen", '"CN", "serialNumber"', '"CN", "E"', "unknown_attribute"),
        ("citizen", '"C", "O", "CN"', '"C", "CN"', "unknown_attribute"),
        ("citizen", 'name = "citizen"', 'name = "other"', "lifetime"),
        ("citizen", "ca = false", "", "wrong_members"),
        ("citizen", "ca = false", "ca = false\nextra = 1", "wrong_members"),
        ("citizen", "ca = false", "ca =", "not_toml"),
        ("minor", "reliance_limit = 0", "reliance_limit = 1", "minor_limit"),
        ("tsa", "_critical = true", "_critical = false", "time_stamping_alone"),
        ("tsa", '["timeStamping"]', '["timeStamping", "OCSPSigning"]', "time_stamping_alone"),
        ("tsa", '["timeStamping"]', '["serverAuth"]', "wrong_value"),
        ("ocsp", "ocsp_no_check = true", "ocsp_no_check = false", "no_check"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(
    name: str, old: str, new: str, code: str
) -> None:
    text = written(name)
    assert old in text
    with pytest.raises(ProfileError) as refusal:
        load(text.replace(old, new))
    assert refusal.value.code == code


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ProfileError, match="unknown"):
        builtin("../citizen")
