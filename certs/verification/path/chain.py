"""Builds and checks the certification path to a listed anchor at one moment (RFC 5280 §6.1).

The pool is small and capped, names chain by their DER, and every signature check counts against
a budget, so that a bag of cross-signed certificates costs what it weighs and no more.

Stricter than RFC 5280: policy mappings are not followed, so a mapped policy counts as absent, and
name constraints of other forms than directoryName are refused when the subject carries that form.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from certs.base import oids
from certs.verification.codes import Reason
from certs.verification.crypto import weak_key
from certs.verification.path import certificate as gate

MAX_LENGTH: Final = 6
MAX_SIGNATURE_CHECKS: Final = 64
ANY: Final = frozenset({oids.ANY_POLICY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A path that holds: the certificate first, the anchor last; `policies` is what is left.

    `policies` are the certificate's own policies that every issuer below the anchor also allows
    (RFC 5280 §6.1.6: the user-constrained set for any-policy).
    """

    chain: tuple[x509.Certificate, ...]
    policies: frozenset[str]


@dataclass(slots=True)
class _Budget:
    checks: int = MAX_SIGNATURE_CHECKS


def build(
    leaf: x509.Certificate,
    pool: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    when: datetime,
) -> Path | Reason:
    """Find a path from `leaf` to one of `anchors` that holds at `when`, or say why there is none.

    The leaf's own period is the caller's step: it means different things with and without proof
    of time. Answers `NO_ISSUER_FOUND` where nothing leads to an anchor; else the first flaw met.
    """
    budget = _Budget()
    flaws: list[Reason] = []
    for chain in _chains((leaf,), pool, anchors, budget):
        outcome = _check(chain, when)
        if isinstance(outcome, Path):
            return outcome
        flaws.append(outcome)
    if flaws:
        return flaws[0]
    return Reason.NO_ISSUER_FOUND if budget.checks > 0 else Reason.PATH_SEARCH_LIMIT


def _chains(
    chain: tuple[x509.Certificate, ...],
    pool: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    budget: _Budget,
) -> Iterator[tuple[x509.Certificate, ...]]:
    last = chain[-1]
    for anchor in anchors:
        if _issued(last, anchor, budget):
            yield (*chain, anchor)
    if len(chain) >= MAX_LENGTH:
        return
    for candidate in pool:
        if candidate in chain or candidate in anchors:
            continue
        if _issued(last, candidate, budget):
            yield from _chains((*chain, candidate), pool, anchors, budget)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, budget: _Budget) -> bool:
    if certificate.issuer.public_bytes() != issuer.subject.public_bytes() or budget.checks <= 0:
        return False
    budget.checks -= 1
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _check(chain: tuple[x509.Certificate, ...], when: datetime) -> Path | Reason:
    for depth, issuer in enumerate(chain[1:], start=1):
        flaw = _issuer_flaw(issuer, when, below=chain[1:depth])
        if flaw is None and depth < len(chain) - 1:
            flaw = _name_constraints(issuer, chain[:depth])
        if flaw is not None:
            return flaw
    policies = _policies(chain)
    if not policies and any(_requires_policy(issuer) for issuer in chain[1:-1]):
        return Reason.POLICY_CONSTRAINTS
    return Path(chain=chain, policies=policies)


def _issuer_flaw(
    issuer: x509.Certificate, when: datetime, *, below: Sequence[x509.Certificate]
) -> Reason | None:
    """RFC 5280 §6.1.4 (k) to (n): a CA, in its period, short enough, allowed to sign."""
    if (flaw := gate.flaw(issuer)) is not None:
        return flaw
    constraints = gate.basic_constraints(issuer)
    if constraints is None or not constraints.ca:
        return Reason.ISSUER_NOT_CA
    usage = gate.key_usage(issuer)
    if usage is None or not usage.key_cert_sign:
        return Reason.ISSUER_KEY_USAGE
    if not in_period(issuer, when):
        return Reason.ISSUER_OUT_OF_PERIOD
    # §6.1.4 (l): self-issued intermediates do not count
    counted = sum(c.subject != c.issuer for c in below)
    if constraints.path_length is not None and counted > constraints.path_length:
        return Reason.PATH_LENGTH
    return Reason.KEY_TOO_WEAK if weak_key(issuer) else None


def in_period(certificate: x509.Certificate, when: datetime) -> bool:
    """Decide whether `when` lies in the validity period, both ends included (RFC 5280 §4.1.2.5)."""
    return certificate.not_valid_before_utc <= when <= certificate.not_valid_after_utc


def _policies(chain: tuple[x509.Certificate, ...]) -> frozenset[str]:
    """Intersect the leaf's policies with each issuer's, below the anchor (RFC 5280 §6.1.3 (d))."""
    allowed = _own_policies(chain[0])
    inhibited = False
    for issuer in reversed(chain[1:-1]):
        own = _own_policies(issuer)
        if oids.ANY_POLICY not in own or inhibited:
            allowed &= own
        inhibited = inhibited or _inhibits_any(issuer)
    return allowed - ANY


def _own_policies(certificate: x509.Certificate) -> frozenset[str]:
    try:
        value = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(policy.policy_identifier.dotted_string for policy in value)


def _requires_policy(issuer: x509.Certificate) -> bool:
    try:
        issuer.extensions.get_extension_for_class(x509.PolicyConstraints)
    except x509.ExtensionNotFound:
        return False
    return True


def _inhibits_any(issuer: x509.Certificate) -> bool:
    try:
        issuer.extensions.get_extension_for_class(x509.InhibitAnyPolicy)
    except x509.ExtensionNotFound:
        return False
    return True


def _name_constraints(issuer: x509.Certificate, below: Iterable[x509.Certificate]) -> Reason | None:
    try:
        value = issuer.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return None
    permitted = _directories(value.permitted_subtrees)
    excluded = _directories(value.excluded_subtrees)
    other_forms = any(
        not isinstance(entry, x509.DirectoryName)
        for entry in (*(value.permitted_subtrees or ()), *(value.excluded_subtrees or ()))
    )
    for certificate in below:
        if other_forms and gate.has(certificate, "2.5.29.17"):
            return Reason.NAME_CONSTRAINTS
        subject = certificate.subject
        if permitted and not any(_under(subject, tree) for tree in permitted):
            return Reason.NAME_CONSTRAINTS
        if any(_under(subject, tree) for tree in excluded):
            return Reason.NAME_CONSTRAINTS
    return None


def _directories(names: Iterable[x509.GeneralName] | None) -> list[x509.Name]:
    return [entry.value for entry in names or () if isinstance(entry, x509.DirectoryName)]


def _under(subject: x509.Name, tree: x509.Name) -> bool:
    return list(subject.rdns)[: len(tree.rdns)] == list(tree.rdns)
