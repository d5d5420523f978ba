"""The department's own judgement of a signed document; the one file that imports `certs`.

The platform that made the signature is not asked whether it is good: the bytes are checked here,
against a trust list that this department was configured with (DESIGN.md §2).
"""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from certs.verification import Matter, Policy, only_signed, verify
from certs.verification.policy import decode, encode
from relying_party.settings import Department
from relying_party.signing.request import Collected
from relying_party.signing.trust import read_trust_list

_PASSED: Final = "TOTAL-PASSED"
_MET: Final = "ETO_MET_6_1A"
_PEOPLE: Final = frozenset({"citizen", "minor"})  # a department's seal is nobody's signature


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDocument:
    """A document whose signature this department has checked. Made by `SignatureCheck` alone."""

    content: bytes
    signer: str
    signed_at: str
    certificate_serial: str
    eto_verdict: str


class CheckFailed(Exception):  # noqa: N818 - an outcome by name
    """What came back is not the document we asked for, signed as it must be.

    `reasons` are codes: ours (`other_document`, `more_than_signed`, `no_trust_list`,
    `not_one_signature`, `other_signer`) or the verifier's.
    """

    def __init__(self, *reasons: str) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


class SignatureCheck:
    """Judges with the trust list of one department."""

    def __init__(self, department: Department) -> None:
        self._file = department.trust_list
        self._key_file = department.trust_list_key

    async def check(
        self, collected: Collected, *, matter: str, now: datetime, name: str | None = None
    ) -> SignedDocument:
        """Decide whether the department may act on a signed document. Raises CheckFailed.

        1 it is exactly the document we asked to have signed, with a signature added behind it and
        nothing else (ISO 32000-2 §12.8.1): no page was changed on the way to the signature;
        2 the verifier says TOTAL-PASSED (cryptography, path,
        status, time, no change after signing) and that section 6(1A) of the ETO is met: we are a
        government entity; 3 there is one signature, not several; 4 it is a person's, and where we
        know the applicant's registered English name (`name`), the certificate bears it. Who the
        person behind our pairwise subject is, only the platform knows. Runs beside the event loop.
        """
        return await asyncio.to_thread(self._check, collected, matter, now, name)

    def _check(
        self, collected: Collected, matter: str, now: datetime, name: str | None
    ) -> SignedDocument:
        ours = collected.content[: collected.asked_length]
        if hashlib.sha256(ours).hexdigest() != collected.asked_digest:
            raise CheckFailed("other_document")
        policy = self._policy(matter)
        report: dict[str, Any] = verify(collected.content, policy=policy, now=now).as_json()
        if report["indication"] != _PASSED or report["eto"]["verdict"] != _MET:
            raise CheckFailed(str(report["sub_indication"]), *report["eto"]["reasons"])
        signatures = [entry for entry in report["signatures"] if entry["kind"] == "signature"]
        if len(signatures) != 1:
            raise CheckFailed("not_one_signature")
        if not only_signed(ours, collected.content):
            raise CheckFailed("more_than_signed")
        if not _is_applicant(signatures[0], name):
            raise CheckFailed("other_signer")
        return _signed(collected.content, signatures[0], report)

    def _policy(self, matter: str) -> Policy:
        """What we demand, around the list as it is in the file now. Raises CheckFailed."""
        try:
            trust_list = read_trust_list(self._file, self._key_file)
            return decode(encode(trust_list, matter=Matter(name=matter)))
        except Exception as error:  # whatever is wrong with the list: nothing is accepted
            raise CheckFailed("no_trust_list") from error


def _is_applicant(signature: dict[str, Any], name: str | None) -> bool:
    """A certificate's subject is the registered English name, then at most the Chinese one."""
    if signature["certificate"]["class"] not in _PEOPLE:
        return False
    if name is None:
        return True
    subject = rf"{re.escape(name)}( [^\x00-\x7f]+)?( \(demonstration\))?"
    return re.fullmatch(subject, str(signature["signer"]), re.IGNORECASE) is not None


def _signed(content: bytes, signature: dict[str, Any], report: dict[str, Any]) -> SignedDocument:
    return SignedDocument(
        content=content,
        signer=str(signature["signer"]),
        signed_at=str(signature["time"]["value"]),
        certificate_serial=str(signature["certificate"]["serial"]),
        eto_verdict=str(report["eto"]["verdict"]),
    )
