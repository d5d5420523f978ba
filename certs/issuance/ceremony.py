"""The ceremony: a root, an issuing CA, its time-stamping unit, responder and seals, once.

Everything is made in a folder beside the wanted one, which gets its name at the very end: a crash
at any moment leaves no authority, never half of one. A second ceremony in the same place is
refused, because a root that is made twice is two roots.
"""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from certs.base.effects import Clock, Entropy
from certs.base.errors import CeremonyError
from certs.base.files import PRIVATE, sync_folder, write_atomically
from certs.issuance.folder import AuthorityFolder
from certs.issuance.issue import issue, prepare
from certs.issuance.names import authority_attributes, seal_attributes
from certs.issuance.practice import practice_statement
from certs.issuance.request import Issuer, checked_request
from certs.issuance.settings import CeremonySettings
from certs.issuance.transcript import Transcript
from certs.keys.possession import prove
from certs.keys.signer import Signer
from certs.keys.software import SoftwareSigner, generate_key, save_key
from certs.profiles.profile import builtin
from certs.register.model import CertificateStatus, IssuedCertificate, Register
from certs.register.sqlite import SqliteRegister
from certs.trustlist import Anchor, Period, RecognitionEntry, TrustList, fingerprint, publish

__all__ = ["CeremonySettings", "Transcript", "hold"]

TRUST_LIST_VALIDITY: Final = timedelta(days=366)
RECOGNISED_CLASSES: Final = ("citizen", "minor", "seal")
_APPLICANT: Final = "authority"


def hold(
    folder: Path,
    passphrase: bytes,
    settings: CeremonySettings,
    *,
    clock: Clock,
    entropy: Entropy,
) -> Transcript:
    """Make a new authority in `folder`, which must not exist yet or be empty.

    Raises `CeremonyError` (`already_held`), `KeyFileError` (`passphrase_too_short`).
    """
    if folder.exists() and any(folder.iterdir()):
        raise CeremonyError("already_held", folder.name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear_partials(folder)
    partial = folder.parent / f".{folder.name}.{entropy(8).hex()}.partial"
    partial.mkdir(mode=0o700)
    try:
        transcript = _Ceremony(
            AuthorityFolder(path=partial), passphrase, settings, clock, entropy
        )()
        sync_folder(partial)
        _give_name(partial, folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return transcript


class _Ceremony:
    """The steps, in order; each certificate goes the ordinary way of issuing."""

    def __init__(
        self,
        folder: AuthorityFolder,
        passphrase: bytes,
        settings: CeremonySettings,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._settings = settings
        self._now = clock()
        self._entropy = entropy
        self._made: list[tuple[str, IssuedCertificate]] = []

    def __call__(self) -> Transcript:
        for name in ("keys", "certificates"):
            (self._folder.path / name).mkdir(mode=0o700)
        register = SqliteRegister(self._folder.register)
        try:
            root = self._root(register)
            issuing = self._issuer("issuing", self._make("issuing", "Issuing CA 1", root, register))
            self._make("tsa", "Time Stamping 1", issuing, register)
            self._make("ocsp", "OCSP Responder 1", issuing, register)
            for slug, organisation in self._settings.seals:
                self._seal(slug, organisation, issuing, register)
        finally:
            register.close()
        transcript = Transcript(
            held_at=self._now, base_url=self._settings.base_url, made=tuple(self._made)
        )
        self._papers(transcript, root, issuing)
        return transcript

    def _root(self, register: Register) -> Issuer:
        profile = builtin("root")
        signer = self._key("root", profile.curve)
        itself = Issuer(name="root", certificate=None, signer=signer)
        attributes = authority_attributes("Root CA 1")
        certificate = self._issue("root", attributes, signer, itself, register)
        return Issuer(name="root", certificate=certificate, signer=signer)

    def _make(
        self, name: str, role: str, issuer: Issuer, register: Register
    ) -> tuple[Signer, x509.Certificate]:
        signer = self._key(name, builtin(name).curve)
        attributes = authority_attributes(role)
        return signer, self._issue(name, attributes, signer, issuer, register)

    def _issuer(self, name: str, made: tuple[Signer, x509.Certificate]) -> Issuer:
        return Issuer(name=name, certificate=made[1], signer=made[0])

    def _seal(self, slug: str, organisation: str, issuer: Issuer, register: Register) -> None:
        name = f"seal-{slug}"
        signer = self._key(name, builtin("seal").curve)
        self._issue(name, seal_attributes(slug, organisation), signer, issuer, register)

    def _key(self, name: str, curve: str) -> SoftwareSigner:
        key = generate_key(curve, self._entropy)
        save_key(self._folder.key(name), key, self._passphrase)
        return SoftwareSigner(key)

    def _issue(
        self,
        name: str,
        attributes: dict[str, str],
        signer: SoftwareSigner,
        issuer: Issuer,
        register: Register,
    ) -> x509.Certificate:
        profile = builtin(name.partition("-")[0])
        request = checked_request(
            profile, attributes, signer.public_key, prove(signer, _APPLICANT), applicant=_APPLICANT
        )
        linted = prepare(
            request,
            issuer,
            self._settings.repository,
            now=self._now,
            entropy=self._entropy,
        )
        record = issue(linted, issuer, register, now=self._now)
        # the authority is its own subscriber here: it has seen what it made
        if not register.mark(
            record.serial, CertificateStatus.ISSUED, CertificateStatus.ACTIVE, self._now
        ):
            raise CeremonyError("interrupted", name)
        assert record.der is not None
        write_atomically(self._folder.certificate(name), record.der)
        self._made.append((name, record))
        return record.certificate

    def _papers(self, transcript: Transcript, root: Issuer, issuing: Issuer) -> None:
        assert root.certificate is not None
        assert issuing.certificate is not None
        trust_list = first_trust_list(
            root.certificate, issuing.certificate, transcript.held_at, transcript.held_at
        )
        folder = self._folder
        write_atomically(folder.trust_list, publish(trust_list, sign=issuing.signer.sign_digest))
        write_atomically(folder.settings, self._settings.to_json().encode(), mode=PRIVATE)
        write_atomically(folder.transcript, transcript.to_markdown().encode())
        statement = practice_statement(self._settings, transcript.held_at)
        write_atomically(folder.practice_statement, statement.encode())


def first_trust_list(
    root: x509.Certificate, issuing: x509.Certificate, now: datetime, recognised_from: datetime
) -> TrustList:
    """Write the demonstration's own list: its root, and three classes "recognised" by itself."""
    start = recognised_from.replace(microsecond=0)
    policies = [(name, builtin(name).policy) for name in RECOGNISED_CLASSES]
    return TrustList(
        sequence=1,
        issued_at=now.replace(microsecond=0),
        next_update=now.replace(microsecond=0) + TRUST_LIST_VALIDITY,
        demo=True,
        anchors=(Anchor(name="OneChop Demonstration Root CA 1", certificate=root),),
        recognitions=tuple(
            RecognitionEntry(
                issuer=fingerprint(issuing),
                class_name=name,
                policy=policy,
                period=Period(start=start),
            )
            for name, policy in policies
            if policy is not None
        ),
    )


def _give_name(partial: Path, folder: Path) -> None:
    """Rename as the last act; fails if somebody else's ceremony came first."""
    try:
        partial.rename(folder)
    except OSError as error:
        raise CeremonyError("already_held", folder.name) from error
    sync_folder(folder.parent)


def _clear_partials(folder: Path) -> None:
    """Remove what a ceremony that was killed has left: keys that have signed nothing public."""
    for leftover in _partials(folder):
        shutil.rmtree(leftover, ignore_errors=True)


def _partials(folder: Path) -> Sequence[Path]:
    return tuple(folder.parent.glob(f".{folder.name}.*.partial"))
