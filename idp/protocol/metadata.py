"""What we say of ourselves (OpenID Connect Discovery 1.0 §3, RFC 8414 §2)."""

from __future__ import annotations

from typing import Any, Final

from idp.protocol import jose, pkce
from idp.protocol.claims import SCOPES, SUPPORTED_CLAIMS
from idp.protocol.token.id_token import ACR_PASSKEY

AUTHORIZE: Final = "/authorize"
TOKEN: Final = "/token"  # noqa: S105  a path
PAR: Final = "/par"
USERINFO: Final = "/userinfo"
JWKS: Final = "/jwks"
END_SESSION: Final = "/end_session"
OPENID_CONFIGURATION: Final = "/.well-known/openid-configuration"
OAUTH_METADATA: Final = "/.well-known/oauth-authorization-server"


def token_endpoint(issuer: str) -> str:
    """The address of the token endpoint: an audience that profile `core` may use."""
    return issuer + TOKEN


def provider_metadata(issuer: str) -> dict[str, Any]:
    """The metadata document; it names nothing that is not there."""
    algorithms = list(jose.ALGORITHMS)
    return {
        "issuer": issuer,
        "authorization_endpoint": issuer + AUTHORIZE,
        "token_endpoint": issuer + TOKEN,
        "pushed_authorization_request_endpoint": issuer + PAR,
        "userinfo_endpoint": issuer + USERINFO,
        "jwks_uri": issuer + JWKS,
        "end_session_endpoint": issuer + END_SESSION,
        "scopes_supported": list(SCOPES),
        "claims_supported": ["sub", "acr", "amr", "auth_time", *SUPPORTED_CLAIMS],
        "claim_types_supported": ["normal"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "acr_values_supported": [ACR_PASSKEY],
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "code_challenge_methods_supported": [pkce.METHOD],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": ["en", "zh-Hant-HK", "zh-Hans"],
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
