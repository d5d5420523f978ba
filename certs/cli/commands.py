"""`python -m certs`: hold a ceremony, issue, and look after the status of certificates.

Results go to standard output (`--json` for programs), progress and errors to standard error.
Exit codes: 0 done, 1 refused, 2 wrong usage.
"""

import base64
import binascii
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certs.authority import Authority, CitizenSubject, IssuedCertificate, ProofOfPossession
from certs.base.effects import system_clock, system_entropy
from certs.base.errors import CertsError, IssuanceError
from certs.base.files import PRIVATE, read_private, write_atomically
from certs.issuance.ceremony import CeremonySettings, hold

app = typer.Typer(
    name="certs",
    help="The demonstration PKI: ceremony, certificates, status. Not recognised under Cap. 553.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Folder = Annotated[Path, typer.Option("--folder", help="Where the authority lies.")]
Passphrase = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help="Default: FOLDER.passphrase, beside the folder."),
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Serial = Annotated[str, typer.Argument(help="Serial number in hexadecimal.")]

DEFAULT_FOLDER = Path("var/pki")


@app.command()
def ceremony(
    *,
    base_url: Annotated[str, typer.Option(help="Where the repository will be published.")],
    folder: Folder = DEFAULT_FOLDER,
    passphrase_file: Passphrase = None,
    as_json: Json = False,
) -> None:
    """Make a root, an issuing CA, its time stamping, responder and seals; once."""
    with _refusals(as_json=as_json):
        settings = CeremonySettings(base_url=base_url)
        path = _passphrase_path(folder, passphrase_file)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, system_entropy(32).hex().encode() + b"\n", mode=PRIVATE)
            typer.echo(f"New passphrase in {path}", err=True)
        transcript = hold(
            folder, _passphrase(path), settings, clock=system_clock, entropy=system_entropy
        )
        rows = [_row(record) | {"name": name} for name, record in transcript.made]
        _answer({"folder": str(folder), "made": rows}, transcript.to_markdown(), as_json=as_json)


@app.command()
def issue(  # noqa: PLR0913 - one per option
    *,
    name_en: Annotated[str, typer.Option(help="Name in English.")],
    pseudonym: Annotated[str, typer.Option(help="Serial number of the subject.")],
    public_key: Annotated[Path, typer.Option(help="PEM file of the subject's public key.")],
    proof: Annotated[str, typer.Option(help="Proof of possession, base64 (see README).")],
    name_zh: Annotated[str | None, typer.Option(help="Name in Chinese.")] = None,
    minor: Annotated[bool, typer.Option("--minor", help="The subject is under 18.")] = False,
    folder: Folder = DEFAULT_FOLDER,
    passphrase_file: Passphrase = None,
    as_json: Json = False,
) -> None:
    """Issue a resident's signing certificate; accept makes it active."""
    with _refusals(as_json=as_json), _open(folder, passphrase_file) as authority:
        record = authority.issue_citizen(
            subject=CitizenSubject(name_en=name_en, name_zh=name_zh, pseudonym=pseudonym),
            public_key=_public_key(public_key),
            proof_of_possession=ProofOfPossession(signature=_base64(proof)),
            minor=minor,
        )
        pem = record.certificate.public_bytes(serialization.Encoding.PEM).decode()
        _answer(_row(record) | {"certificate": pem}, f"{_text(record)}\n{pem}", as_json=as_json)


@app.command("issue-seal")
def issue_seal(
    name: Annotated[str, typer.Argument(help="Short name, such as licensing.")],
    organisation: Annotated[str, typer.Argument(help="The department's name.")],
    *,
    folder: Folder = DEFAULT_FOLDER,
    passphrase_file: Passphrase = None,
    as_json: Json = False,
) -> None:
    """Make a department's seal."""
    with _refusals(as_json=as_json), _open(folder, passphrase_file) as authority:
        _show(authority.issue_seal(name, organisation), as_json=as_json)


@app.command()
def accept(
    serial: Serial,
    *,
    folder: Folder = DEFAULT_FOLDER,
    passphrase_file: Passphrase = None,
    as_json: Json = False,
) -> None:
    """Record that the subscriber has accepted the certificate."""
    with _refusals(as_json=as_json), _open(folder, passphrase_file) as authority:
        authority.accept(_serial(serial))
        _show(_found(authority, serial), as_json=as_json)


@app.command()
def revoke(
    serial: Serial,
    reason: Annotated[str, typer.Option(help="Reason by its name in RFC 5280.")] = "unspecified",
    *,
    folder: Folder = DEFAULT_FOLDER,
    passphrase_file: Passphrase = None,
    as_json: Json = False,
) -> None:
    """Revoke a certificate, for ever."""
    with _refusals(as_json=as_json), _open(folder, passphrase_file) as authority:
        authority.revoke(_serial(serial), reason)
        _show(_found(authority, serial), as_json=as_json)


@app.command()
def suspend(
    serial: Serial,
    *,
    folder: Folder = DEFAULT_FOLDER,
    passphrase_file: Passphrase = None,
    as_json: Json = False,
) -> None:
    """Put a certificate on hold."""
    with _refusals(as_json=as_json), _open(folder, passphrase_file) as authority:
        authority.suspend(_serial(serial))
        _show(_found(authority, serial), as_json=as_json)


@app.command()
def resume(
    serial: Serial,
    *,
    folder: Folder = DEFAULT_FOLDER,
    passphrase_file: Passphrase = None,
    as_json: Json = False,
) -> None:
    """Lift a hold."""
    with _refusals(as_json=as_json), _open(folder, passphrase_file) as authority:
        authority.resume(_serial(serial))
        _show(_found(authority, serial), as_json=as_json)


@app.command()
def status(
    serial: Annotated[str | None, typer.Argument(help="Default: all.")] = None,
    *,
    folder: Folder = DEFAULT_FOLDER,
    passphrase_file: Passphrase = None,
    as_json: Json = False,
) -> None:
    """Show the status of one certificate, or of all."""
    with _refusals(as_json=as_json), _open(folder, passphrase_file) as authority:
        records = authority.records() if serial is None else [_found(authority, serial)]
        text = "\n".join(_text(record) for record in records)
        _answer({"certificates": [_row(record) for record in records]}, text, as_json=as_json)


@app.command()
def crl(
    issuer: Annotated[str, typer.Option(help="issuing or root.")] = "issuing",
    *,
    folder: Folder = DEFAULT_FOLDER,
    passphrase_file: Passphrase = None,
    as_json: Json = False,
) -> None:
    """Write the current revocation list, in PEM."""
    with _refusals(as_json=as_json), _open(folder, passphrase_file) as authority:
        data = authority.crl_der(issuer)
        lines = base64.encodebytes(data).decode()
        pem = f"-----BEGIN X509 CRL-----\n{lines}-----END X509 CRL-----"
        _answer({"issuer": issuer, "crl": pem}, pem, as_json=as_json)


@app.command()
def transcript(
    *, folder: Folder = DEFAULT_FOLDER, passphrase_file: Passphrase = None, as_json: Json = False
) -> None:
    """Show the transcript of the ceremony."""
    with _refusals(as_json=as_json), _open(folder, passphrase_file) as authority:
        _answer({"transcript": authority.transcript}, authority.transcript, as_json=as_json)


@app.command("trust-list")
def trust_list(
    *, folder: Folder = DEFAULT_FOLDER, passphrase_file: Passphrase = None, as_json: Json = False
) -> None:
    """Write the signed trust list (JSON in either case)."""
    with _refusals(as_json=as_json), _open(folder, passphrase_file) as authority:
        text = authority.trust_list_json.decode()
        _answer(json.loads(text), text, as_json=as_json)


# --- inside -----------------------------------------------------------------------------------
@contextmanager
def _refusals(*, as_json: bool) -> Iterator[None]:
    """Turn an error of ours into one line, or one object, on standard error, and exit code 1."""
    try:
        yield
    except CertsError as error:
        members = {"error": error.code, "detail": error.detail}
        typer.echo(json.dumps(members) if as_json else f"Refused: {error}", err=True)
        sys.exit(1)


@contextmanager
def _open(folder: Path, passphrase_file: Path | None) -> Iterator[Authority]:
    passphrase = _passphrase(_passphrase_path(folder, passphrase_file))
    authority = Authority.open(folder, passphrase, clock=system_clock, entropy=system_entropy)
    try:
        yield authority
    finally:
        authority.close()


def _passphrase_path(folder: Path, passphrase_file: Path | None) -> Path:
    return passphrase_file or folder.with_name(f"{folder.name}.passphrase")


def _passphrase(path: Path) -> bytes:
    return read_private(path).strip()


def _serial(text: str) -> int:
    try:
        return int(text.replace(":", ""), 16)
    except ValueError as error:
        raise IssuanceError("bad_serial", text) from error


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise IssuanceError("no_possession", "not base64") from error


def _public_key(path: Path) -> ec.EllipticCurvePublicKey:
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise IssuanceError("bad_public_key", path.name) from error
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise IssuanceError("bad_public_key", path.name)
    return key


def _found(authority: Authority, serial: str) -> IssuedCertificate:
    record = authority.find(_serial(serial))
    if record is None:
        raise IssuanceError("unknown_serial", serial)
    return record


def _row(record: IssuedCertificate) -> dict[str, Any]:
    return {
        "serial": f"{record.serial:032x}",
        "subject": record.subject,
        "profile": record.profile,
        "issuer": record.issuer,
        "status": str(record.status_at(system_clock())),
        "reason": None if record.reason is None else str(record.reason),
        "not_before": record.not_before.isoformat(),
        "not_after": record.not_after.isoformat(),
    }


def _text(record: IssuedCertificate) -> str:
    row = _row(record)
    return f"{row['serial']}  {row['status']:<9}  {row['profile']:<8}  {row['subject']}"


def _show(record: IssuedCertificate, *, as_json: bool) -> None:
    _answer(_row(record), _text(record), as_json=as_json)


def _answer(members: dict[str, Any], text: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(members, ensure_ascii=False) if as_json else text)
