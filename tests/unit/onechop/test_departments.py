"""Departments' keys stay with their owner; registrations carry public keys only."""

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey

from onechop.departments import ensure_key, public_jwk, write_private, write_registrations
from onechop.layout import Layout
from relying_party.services.licensing.details import FORM_SCOPE


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(data=tmp_path, port_idp=8160, port_departments=8161)


def test_keys_are_readable_by_their_owner_alone_and_stay(layout: Layout) -> None:
    write_registrations(layout)
    file = layout.departments / "licensing" / "client.key.pem"
    first = file.read_bytes()
    write_registrations(layout)
    assert file.read_bytes() == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_registration_has_the_public_key_and_no_more(layout: Layout) -> None:
    for file in write_registrations(layout):
        registration = json.loads(file.read_text())
        (jwk,) = registration["jwks"]["keys"]
        assert set(jwk) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
        origin = f"http://{registration['client_id']}.localhost:8161"
        addresses = [
            *registration["redirect_uris"],
            *registration["post_logout_redirect_uris"],
            *registration["signing_redirect_uris"],
        ]
        assert all(address.startswith(f"{origin}/") for address in addresses)


def test_a_department_is_registered_for_what_it_needs_and_no_more(layout: Layout) -> None:
    """PDPO, data protection principle 1(1)(c); what it asks for is what it may ask for."""
    read = [json.loads(file.read_text()) for file in write_registrations(layout)]
    scopes = {registration["client_id"]: registration["scopes"] for registration in read}
    assert scopes["licensing"] == FORM_SCOPE.split()
    assert not {"identity", "birthdate", "gender"} & set(scopes["licensing"])
    assert scopes["notices"] == ["openid"]


def test_the_key_id_is_the_thumbprint_another_library_computes(tmp_path: Path) -> None:
    """RFC 7638 §3."""
    jwk = public_jwk(ensure_key(tmp_path / "client.key.pem"))
    assert (
        ECKey.import_key({k: jwk[k] for k in ("kty", "crv", "x", "y")}).thumbprint() == jwk["kid"]
    )


def test_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(tmp_path / "client.key.pem", pem)
    with pytest.raises(TypeError):
        ensure_key(tmp_path / "client.key.pem")


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    write_private(tmp_path / "a", b"one")
    write_private(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
