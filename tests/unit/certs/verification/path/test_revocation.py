from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from certs.base import oids
from certs.verification.evidence import Store
from certs.verification.path import revocation
from certs.verification.path.revocation import Standing, StatusFinding
from tests.world.pki import DAY, Identity, Pki, name, usage

HOUR = timedelta(hours=1)


@pytest.fixture
def pki() -> Pki:
    return Pki()


@pytest.fixture
def me(pki: Pki) -> Identity:
    return pki.leaf()


def ask(
    pki: Pki,
    me: Identity,
    *,
    crls: tuple[bytes, ...] = (),
    ocsps: tuple[bytes, ...] = (),
    when: datetime | None = None,
    now: datetime | None = None,
) -> StatusFinding:
    store = Store(
        crls=tuple(map(x509.load_der_x509_crl, crls)),
        ocsps=tuple(map(ocsp.load_der_ocsp_response, ocsps)),
    )
    when = when or pki.now
    return revocation.status_at(
        me.certificate, pki.issuing.certificate, store, when, now or pki.now + DAY
    )


def test_nothing_known_is_unknown(pki: Pki, me: Identity) -> None:
    assert ask(pki, me).standing is Standing.UNKNOWN


def test_an_answer_whose_period_covers_the_moment(pki: Pki, me: Identity) -> None:
    finding = ask(pki, me, crls=(pki.crl(at=pki.now - HOUR),))
    assert (finding.standing, finding.source) == (Standing.GOOD, "crl")


def test_an_answer_made_after_the_moment(pki: Pki, me: Identity) -> None:
    finding = ask(pki, me, ocsps=(pki.ocsp(me.certificate, at=pki.now + HOUR),))
    assert (finding.standing, finding.source) == (Standing.GOOD, "ocsp")


def test_an_answer_that_ended_before_the_moment_is_stale(pki: Pki, me: Identity) -> None:
    assert ask(pki, me, crls=(pki.crl(at=pki.now - 3 * DAY),)).standing is Standing.STALE


def test_an_answer_from_the_future_does_not_count(pki: Pki, me: Identity) -> None:
    future = pki.crl(at=pki.now + 9 * DAY)
    assert ask(pki, me, crls=(future,)).standing is Standing.UNKNOWN


def test_good_after_the_certificate_ended_says_nothing(pki: Pki) -> None:
    """RFC 5280 §3.3: the entry of an expired certificate may have dropped off."""
    old = pki.leaf(days=(-100, 1))
    late = pki.crl(at=pki.now + 5 * DAY)
    finding = ask(pki, old, crls=(late,), now=pki.now + 9 * DAY)
    assert finding.standing is Standing.STALE


def revoked(pki: Pki, me: Identity, when: datetime, reason: x509.ReasonFlags | None) -> Pki:
    other = Pki(revoked={me.certificate.serial_number: (when, reason)})
    other.__dict__.update(root=pki.root, issuing=pki.issuing, responder=pki.responder)
    return other


@pytest.mark.parametrize("source", ["crl", "ocsp"])
def test_revoked_then_and_later(pki: Pki, me: Identity, source: str) -> None:
    for when, standing in ((pki.now - HOUR, Standing.REVOKED), (pki.now + HOUR, Standing.GOOD)):
        other = revoked(pki, me, when, x509.ReasonFlags.superseded)
        at = pki.now + 2 * HOUR
        finding = (
            ask(pki, me, crls=(other.crl(at=at),))
            if source == "crl"
            else ask(pki, me, ocsps=(other.ocsp(me.certificate, at=at),))
        )
        assert finding.standing is standing
        assert finding.revoked_at == when
        assert finding.compromised is False


def test_the_moment_of_revocation_is_revoked(pki: Pki, me: Identity) -> None:
    other = revoked(pki, me, pki.now, None)
    assert ask(pki, me, crls=(other.crl(),)).standing is Standing.REVOKED


def test_one_revoked_outweighs_any_good(pki: Pki, me: Identity) -> None:
    other = revoked(pki, me, pki.now - HOUR, None)
    finding = ask(
        pki,
        me,
        crls=(pki.crl(), other.crl(at=pki.now - HOUR)),
        ocsps=(pki.ocsp(me.certificate, at=pki.now + HOUR),),
    )
    assert finding.standing is Standing.REVOKED


def test_hold_and_revocation_together_are_revocation(pki: Pki, me: Identity) -> None:
    held = revoked(pki, me, pki.now - 2 * HOUR, x509.ReasonFlags.certificate_hold)
    ended = revoked(pki, me, pki.now - HOUR, x509.ReasonFlags.key_compromise)
    both = (held.crl(at=pki.now - HOUR), ended.crl())
    assert ask(pki, me, crls=both).standing is Standing.REVOKED
    assert ask(pki, me, crls=both[:1]).standing is Standing.ON_HOLD


# --- who may speak ----------------------------------------------------------------------------
def test_a_list_of_another_authority_says_nothing(pki: Pki, me: Identity) -> None:
    stranger = Pki()
    assert ask(pki, me, crls=(stranger.crl(),)).standing is Standing.UNKNOWN


def test_a_list_signed_by_a_key_that_is_not_the_issuers(pki: Pki, me: Identity) -> None:
    forger = Identity(Pki().issuing.key, pki.issuing.certificate)
    assert ask(pki, me, crls=(pki.crl(issuer=forger),)).standing is Standing.UNKNOWN


@pytest.mark.parametrize(
    "extension",
    [
        x509.DeltaCRLIndicator(1),
        x509.IssuingDistributionPoint(
            None, None, only_contains_user_certs=False, only_contains_ca_certs=True,
            only_some_reasons=None, indirect_crl=False, only_contains_attribute_certs=False,
        ),
        x509.IssuingDistributionPoint(
            None, None, only_contains_user_certs=False, only_contains_ca_certs=False,
            only_some_reasons=None, indirect_crl=True, only_contains_attribute_certs=False,
        ),
        x509.IssuingDistributionPoint(
            [x509.UniformResourceIdentifier("http://id.localhost/other-shard.crl")], None,
            only_contains_user_certs=False, only_contains_ca_certs=False,
            only_some_reasons=None, indirect_crl=False, only_contains_attribute_certs=False,
        ),
    ],
)  # fmt: skip
def test_a_list_of_another_scope_says_nothing(
    pki: Pki, me: Identity, extension: x509.ExtensionType
) -> None:
    partial = pki.crl(extra=((extension, True),))
    assert ask(pki, me, crls=(partial,)).standing is Standing.UNKNOWN


def test_a_shard_that_the_certificate_points_to_speaks(pki: Pki) -> None:
    url = x509.UniformResourceIdentifier("http://id.localhost/7.crl")
    pointer = x509.CRLDistributionPoints([x509.DistributionPoint([url], None, None, None)])
    mine = pki.leaf(extra=[(pointer, False)])
    scope = x509.IssuingDistributionPoint(
        [url], None, only_contains_user_certs=False, only_contains_ca_certs=False,
        only_some_reasons=None, indirect_crl=False, only_contains_attribute_certs=False,
    )  # fmt: skip
    assert ask(pki, mine, crls=(pki.crl(extra=((scope, True),)),)).standing is Standing.GOOD


def appointed(pki: Pki, *, issuer: Identity, purpose: str, nocheck: bool = True, **more: object):
    extensions: list = [
        (x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose)]), False),
        (usage(digital_signature=True), True),
    ]
    if nocheck:
        extensions.append((x509.OCSPNoCheck(), False))
    return pki.issue(name("Responder"), issuer=issuer, extensions=extensions, **more)


def test_responders_that_nobody_appointed_say_nothing(pki: Pki, me: Identity) -> None:
    """RFC 6960 §4.2.2.2: appointed by the very issuer, for this, in their period."""
    stranger = Pki()
    for responder in (
        me,
        stranger.responder,
        appointed(pki, issuer=pki.issuing, purpose=oids.TIME_STAMPING),
        appointed(pki, issuer=pki.root, purpose=oids.OCSP_SIGNING),
        appointed(pki, issuer=pki.issuing, purpose=oids.OCSP_SIGNING, nocheck=False),
        appointed(pki, issuer=pki.issuing, purpose=oids.OCSP_SIGNING, days=(-9, -1)),
    ):
        answer = pki.ocsp(me.certificate, signed_by=responder)
        assert ask(pki, me, ocsps=(answer,)).standing is Standing.UNKNOWN


def test_responders_that_may_speak(pki: Pki, me: Identity) -> None:
    for responder in (
        pki.issuing,
        appointed(pki, issuer=pki.issuing, purpose=oids.OCSP_SIGNING),
    ):
        answer = pki.ocsp(me.certificate, signed_by=responder)
        assert ask(pki, me, ocsps=(answer,)).standing is Standing.GOOD


def test_an_answer_about_another_certificate_says_nothing(pki: Pki, me: Identity) -> None:
    other = pki.ocsp(pki.leaf().certificate)
    assert ask(pki, me, ocsps=(other,)).standing is Standing.UNKNOWN


def test_a_certificate_that_is_never_revoked_needs_no_answer(pki: Pki) -> None:
    """RFC 9608: noRevAvail."""
    never = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.56"), b"\x05\x00")
    short = pki.leaf(extra=[(never, False)])
    assert ask(pki, short).standing is Standing.NOT_NEEDED
