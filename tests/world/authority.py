"""The real authority in a folder of a test, with a clock that can be moved."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from certs.authority import Authority, CitizenSubject, IssuedCertificate
from certs.issuance.ceremony import CeremonySettings, Transcript, hold
from certs.keys import custody

PASSPHRASE = b"a passphrase for tests"
BASE_URL = "http://id.localhost:8000/pki"
START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


class Founded:
    """An authority right after its ceremony."""

    def __init__(
        self, folder: Path, entropy: Callable[[int], bytes], *, moment: datetime = START
    ) -> None:
        self.folder = folder / "pki"
        self.entropy = entropy
        self.clock = MovableClock(moment)
        self.transcript: Transcript = hold(
            self.folder,
            PASSPHRASE,
            CeremonySettings(base_url=BASE_URL),
            clock=self.clock,
            entropy=entropy,
        )
        self.authority = self.open()
        self.kek = custody.KeyEncryptionKey(entropy(32))
        self._numbers = itertools.count(1)

    def open(self) -> Authority:
        return Authority.open(self.folder, PASSPHRASE, clock=self.clock, entropy=self.entropy)

    def citizen(self, *, minor: bool = False, accepted: bool = True) -> IssuedCertificate:
        """A certificate of somebody new."""
        number = next(self._numbers)
        subject = CitizenSubject(name_en="CHAN, Tai Man", pseudonym=f"PSEUDONYM-{number}")
        key = self.key(subject.pseudonym)
        record = self.authority.issue_citizen(
            subject=subject,
            public_key=key.public_key,
            proof_of_possession=key.proof_of_possession,
            minor=minor,
        )
        if accepted:
            self.authority.accept(record.serial)
        return record

    def key(self, applicant: str) -> custody.GeneratedKey:
        return custody.generate(self.kek, self.entropy, key_id=applicant, applicant=applicant)
