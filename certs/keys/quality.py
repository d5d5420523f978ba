"""Refuses public keys that nobody should rely on."""

from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from certs.base.algorithms import CURVES, MIN_RSA_BITS
from certs.base.errors import AlgorithmError

MIN_RSA_EXPONENT: Final = 65537


def check_public_key(key: PublicKeyTypes) -> None:
    """Decide whether a public key may be certified (CA/B Baseline Requirements §6.1.6).

    `cryptography` has checked that a point lies on its curve when it read the key.
    Raises `AlgorithmError` (`curve_not_allowed`, `rsa_too_short`, `rsa_exponent`,
    `key_type_not_allowed`).
    """
    match key:
        case ec.EllipticCurvePublicKey():
            if key.curve.name not in CURVES:
                raise AlgorithmError("curve_not_allowed", key.curve.name)
        case rsa.RSAPublicKey():
            if key.key_size < MIN_RSA_BITS:
                raise AlgorithmError("rsa_too_short", str(key.key_size))
            exponent = key.public_numbers().e
            if exponent < MIN_RSA_EXPONENT or exponent % 2 == 0:
                raise AlgorithmError("rsa_exponent", str(exponent))
        case _:
            raise AlgorithmError("key_type_not_allowed", type(key).__name__)
