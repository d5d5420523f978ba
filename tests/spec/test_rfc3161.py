"""RFC 3161 (time stamps) with RFC 5816: our tokens, read by another library."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from world.authority import START, Founded

from certs.base import der, oids


@pytest.fixture
def founded(tmp_path: Path, entropy: Callable[[int], bytes]) -> Iterator[Founded]:
    made = Founded(tmp_path, entropy)
    yield made
    made.authority.close()


def request(algorithm: str = "sha256", **options) -> bytes:
    digest = options.pop("digest", None) or hashlib.new(algorithm, b"document").digest()
    return tsp.TimeStampReq(
        {
            "version": options.pop("version", "v1"),
            "message_imprint": {
                "hash_algorithm": {"algorithm": algorithm},
                "hashed_message": digest,
            },
            **options,
        }
    ).dump()


def status(answer: bytes) -> tsp.PKIStatusInfo:
    # asn1crypto demands a token even in a refusal, so the status is read by itself
    return tsp.PKIStatusInfo.load(der.read_one(answer, max_bytes=16384).children()[0].encoded)


def ask(founded: Founded, data: bytes) -> bytes:
    answer = founded.authority.timestamp_response(data)
    der.check_strict(answer, max_bytes=16384)
    return answer


def failure(answer: bytes) -> set[str]:
    assert status(answer)["status"].native == "rejection"
    assert len(der.read_one(answer, max_bytes=16384).children()) == 1
    return set(status(answer)["fail_info"].native)


def signed_data(answer: bytes) -> cms.SignedData:
    assert status(answer)["status"].native == "granted"
    parsed = tsp.TimeStampResp.load(answer, strict=True)
    assert parsed.copy().dump(force=True) == answer
    return parsed["time_stamp_token"]["content"]


def info(answer: bytes) -> tsp.TSTInfo:
    return signed_data(answer)["encap_content_info"]["content"].parsed


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_section_2_4_2_the_imprint_comes_back(founded: Founded, algorithm: str) -> None:
    """§2.4.2: the messageImprint has the same value as in the request."""
    data = request(algorithm)
    imprint = info(ask(founded, data))["message_imprint"]
    assert imprint.dump() == tsp.TimeStampReq.load(data)["message_imprint"].dump()


def test_section_2_4_2_contents(founded: Founded) -> None:
    """§2.4.2: version, policy, time with fraction, accuracy, nonce, name of the TSA."""
    founded.clock.advance(milliseconds=250)
    contents = info(ask(founded, request(nonce=2**63 + 5)))
    assert contents["version"].native == "v1"
    assert contents["policy"].native == oids.TIMESTAMP_POLICY
    assert contents["gen_time"].native == START + timedelta(milliseconds=250)
    assert contents["accuracy"]["seconds"].native == 1
    assert contents["nonce"].native == 2**63 + 5
    assert contents["ordering"].native is False
    tsa = founded.transcript.made[2][1].certificate
    assert contents["tsa"].chosen.untag().dump() == tsa.subject.public_bytes()


def test_section_2_4_2_no_nonce_unless_asked(founded: Founded) -> None:
    assert info(ask(founded, request()))["nonce"].native is None


def test_section_2_1_serials_are_unique_even_after_a_restart(founded: Founded) -> None:
    """§2.1(5): a unique integer for each token."""
    drawn = [info(ask(founded, request()))["serial_number"].native for _ in range(5)]
    founded.authority.close()
    founded.authority = founded.open()
    drawn += [info(ask(founded, request()))["serial_number"].native for _ in range(5)]
    assert len(set(drawn)) == 10
    assert max(drawn).bit_length() <= 160


def test_section_2_4_2_the_signature(founded: Founded) -> None:
    """§2.4.2, RFC 5652 §5.4: one SignerInfo whose signed attributes cover the contents."""
    data = signed_data(ask(founded, request(cert_req=True)))
    assert data["version"].native == "v3"
    (signer,) = data["signer_infos"]
    attributes = {a["type"].native: a["values"][0] for a in signer["signed_attrs"]}
    assert set(attributes) == {"content_type", "message_digest", "signing_certificate_v2"}
    contents = data["encap_content_info"]["content"].contents
    assert attributes["message_digest"].native == hashlib.sha256(contents).digest()
    assert attributes["content_type"].native == "tst_info"
    tsa = founded.transcript.made[2][1].certificate
    key = tsa.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    signed = signer["signed_attrs"].untag().dump()
    key.verify(signer["signature"].native, signed, ec.ECDSA(hashes.SHA256()))
    assert signer["sid"].chosen["serial_number"].native == tsa.serial_number


def test_rfc5816_section_2_2_1_ess_cert_id_v2(founded: Founded) -> None:
    """RFC 5816 §2.2.1: the certificate is named by its SHA-256."""
    data = signed_data(ask(founded, request()))
    attributes = {a["type"].native: a["values"][0] for a in data["signer_infos"][0]["signed_attrs"]}
    (named,) = attributes["signing_certificate_v2"]["certs"]
    tsa = founded.transcript.made[2][1]
    assert named["cert_hash"].native == hashlib.sha256(tsa.der).digest()
    assert named["issuer_serial"]["serial_number"].native == tsa.serial


def test_section_2_4_1_certificates_only_when_asked(founded: Founded) -> None:
    """§2.4.1: certReq true: the TSA's certificate must be there; else none may be."""
    assert len(signed_data(ask(founded, request()))["certificates"]) == 0
    found = signed_data(ask(founded, request(cert_req=True)))["certificates"]
    encoded = [certificate.chosen.dump() for certificate in found]
    assert founded.transcript.made[2][1].der in encoded
    assert encoded == sorted(encoded)


def test_section_2_3_the_certificate(founded: Founded) -> None:
    """§2.3: one extended key usage, timeStamping, critical."""
    tsa = founded.transcript.made[2][1].certificate
    usage = tsa.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert usage.critical
    assert [u.dotted_string for u in usage.value] == [oids.TIME_STAMPING]


@pytest.mark.parametrize("algorithm", ["sha1", "md5", "sha224"])
def test_section_2_4_2_bad_algorithm(founded: Founded, algorithm: str) -> None:
    """§2.4.1, §2.4.2: badAlg for a hash that is not good enough."""
    assert failure(ask(founded, request(algorithm))) == {"bad_alg"}


def test_section_2_4_2_imprint_of_a_wrong_length(founded: Founded) -> None:
    """§2.4.1: the length of the hash must match the algorithm."""
    assert failure(ask(founded, request(digest=b"x" * 20))) == {"bad_data_format"}


def test_section_2_4_1_policy(founded: Founded) -> None:
    """§2.4.1: our policy or none; another gets unacceptedPolicy."""
    assert info(ask(founded, request(req_policy=oids.TIMESTAMP_POLICY)))
    assert failure(ask(founded, request(req_policy="1.2.3"))) == {"unaccepted_policy"}


def test_section_2_4_1_extensions(founded: Founded) -> None:
    """§2.4.1: an extension that is not understood gets unacceptedExtension."""
    extension = {"extn_id": "1.2.3.4", "critical": False, "extn_value": b"\x05\x00"}
    answer = ask(founded, request(extensions=[extension]))
    assert failure(answer) == {"unaccepted_extensions"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"junk",
        b"0\x00",
        b"0" * 5000,
        der.sequence(der.integer(1)),
        der.sequence(der.integer(1), der.sequence(der.integer(1), der.integer(1))),
        request() + b"\x00",
    ],
)
def test_section_2_4_2_bad_data_format(founded: Founded, data: bytes) -> None:
    """§2.4.2: badDataFormat for what is no request."""
    assert failure(ask(founded, data)) == {"bad_data_format"}


def test_section_2_4_1_version(founded: Founded) -> None:
    """§2.4.1: version 1."""
    data = request().replace(b"\x02\x01\x01", b"\x02\x01\x02", 1)
    assert failure(ask(founded, data)) == {"bad_request"}


def test_every_cut_and_every_flip_of_a_request_gets_an_answer(founded: Founded) -> None:
    """Whatever comes in, a TimeStampResp goes out."""
    data = request(nonce=5, cert_req=True)
    broken = [data[:size] for size in range(len(data))]
    broken += [
        data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :] for place in range(len(data))
    ]
    for attempt in broken:
        answer = founded.authority.timestamp_response(attempt)
        assert status(answer)["status"].native in {"granted", "rejection"}
