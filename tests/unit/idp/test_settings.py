"""Settings that would be unsafe end the start."""

from typing import Any

import pytest
from pydantic import ValidationError

from idp.settings import Settings


def test_the_defaults_are_the_demonstration(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings()
    policy = settings.policy()
    assert (policy.issuer, policy.rp_id) == ("http://id.localhost:8000", "id.localhost")
    assert settings.database == "sqlite:///var/idp/idp.sqlite3"
    assert policy.demonstration


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONECHOP_IDP_ISSUER", "https://id.example")
    monkeypatch.setenv("ONECHOP_IDP_DATABASE_URL", "postgresql://x/y")
    monkeypatch.setenv("ONECHOP_IDP_DEMONSTRATION", "false")
    monkeypatch.setenv("ONECHOP_IDP_LOOPBACK_OUTBOUND", "false")
    settings = Settings()
    assert (settings.host, settings.database) == ("id.example", "postgresql://x/y")


PRODUCTION = {
    "issuer": "https://id.example",
    "production": True,
    "demonstration": False,
    "loopback_outbound": False,
}


def test_production_starts_with_safe_settings() -> None:
    assert not Settings(**PRODUCTION).policy().demonstration


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "http://id.localhost:8000"},
        {"demonstration": True},
        {"loopback_outbound": True},
    ],
    ids=str,
)
def test_production_refuses_what_was_made_for_trying(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="in production"):
        Settings(**(PRODUCTION | change))


@pytest.mark.parametrize("demo", ["demonstration", "loopback_outbound"])
def test_a_public_issuer_is_no_playground(demo: str) -> None:
    """Forgetting PRODUCTION must not let anybody bind a phone as anybody."""
    safe = {"issuer": "https://id.example", "demonstration": False, "loopback_outbound": False}
    Settings(**safe)
    with pytest.raises(ValidationError, match="localhost"):
        Settings(**(safe | {demo: True}))


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example",
        "https://id.example/",
        "https://id.example/path",
        "https://ID.example",
        "https://id.example?x",
        "https://user@id.example",
        "https://id.example:0",
        "ftp://id.localhost",
        "",
    ],
)
def test_an_issuer_is_an_origin(issuer: str) -> None:
    with pytest.raises(ValidationError):
        Settings(issuer=issuer)
