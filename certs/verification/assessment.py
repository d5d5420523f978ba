"""What is known of one signature while the steps of `verdict.py` go through it."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from certs.trustlist import TrustList
from certs.verification.cms import Container
from certs.verification.codes import (
    CheckId,
    Indication,
    Reason,
    Status,
    SubIndication,
    indication_of,
)
from certs.verification.evidence import SignatureField, Store
from certs.verification.path.chain import Path
from certs.verification.policy import Policy
from certs.verification.timestamp import ProofOfTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one step found. A `sub_indication` on its own means that the step failed."""

    status: Status = Status.PASSED
    reason: Reason | None = None
    sub_indication: SubIndication | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the report."""

    check_id: CheckId
    outcome: Outcome


@dataclass(slots=True, kw_only=True)
class Assessment:
    """The working state of one signature: inputs, what the steps learn, and their outcomes."""

    document: bytes = dataclasses.field(repr=False)
    field: SignatureField
    store: Store
    policy: Policy
    now: datetime
    container: Container | None = None
    signer: x509.Certificate | None = None
    proof: ProofOfTime | None = None
    path: Path | None = None
    checks: list[Check] = dataclasses.field(default_factory=list)
    reference: str | None = None

    @property
    def trust_list(self) -> TrustList:
        """The list of anchors and recognitions that the policy brings."""
        return self.policy.trust_list

    @property
    def anchors(self) -> tuple[x509.Certificate, ...]:
        """The certificates that paths may end in."""
        return tuple(anchor.certificate for anchor in self.trust_list.anchors)

    @property
    def best_time(self) -> datetime:
        """The earliest moment the signature is proven to have existed, else now (EN §5.5.4)."""
        return self.proof.time if self.proof is not None else self.now

    @property
    def sub_indication(self) -> SubIndication | None:
        """The first failing step's sub-indication, a TOTAL-FAILED one before any other."""
        found = [c.outcome.sub_indication for c in self.checks if c.outcome.sub_indication]
        failed = [s for s in found if indication_of(s) is Indication.TOTAL_FAILED]
        return next(iter((*failed, *found)), None)

    @property
    def indication(self) -> Indication:
        """The indication that goes with `sub_indication`."""
        return indication_of(self.sub_indication)

    def reason_of(self, check_id: CheckId) -> Reason | None:
        """Answer the reason that a step gave, if it ran and gave one."""
        return next((c.outcome.reason for c in self.checks if c.check_id is check_id), None)
