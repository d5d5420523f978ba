import io
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.reader import PdfFileReader

from certs.base.digest import Digest
from certs.signing import (
    PdfAppearance,
    SigningError,
    SigningEvidence,
    VisibleBox,
    finish,
    prepare,
    sign_pdf,
)
from tests.world import papers
from tests.world.papers import page
from tests.world.pki import Identity, KeySigner, Pki
from tests.world.verdicts import PASSED, judge, result

CHINESE = """<html lang="zh-Hant"><body><h1>續領駕駛執照申請</h1><p>陳大文</p>
<p style="page-break-before: always">第二頁：龘靐齉</p></body></html>"""


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def appearance(pki: Pki, **change: object) -> PdfAppearance:
    return PdfAppearance(claimed_time=pki.now, signer_name="CHAN Tai Man", **change)


def test_the_document_itself_is_kept_byte_for_byte(pki: Pki) -> None:
    document = page()
    assert pki.sign(document, pki.leaf()).startswith(document)


def test_the_dictionary_says_what_pades_asks_for(pki: Pki) -> None:
    signed = pki.sign(page(), pki.leaf(), reason="Renewal", location="Hong Kong")
    (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    dictionary = signature.sig_object
    assert dictionary["/Type"] == "/Sig"
    assert dictionary["/SubFilter"] == "/ETSI.CAdES.detached"
    assert dictionary["/M"].startswith("D:20260615040000")
    assert (dictionary["/Reason"], dictionary["/Location"]) == ("Renewal", "Hong Kong")
    assert dictionary["/Name"] == "CHAN Tai Man"


def test_a_seal_closes_the_document(pki: Pki) -> None:
    sealed = pki.sign(page(), pki.leaf(), certify=True)
    report = judge(pki, sealed)
    assert result(report) == PASSED
    assert report["signatures"][0]["certified"] == 1


def test_two_phases_the_key_sees_only_a_digest(pki: Pki) -> None:
    me = pki.leaf()
    seen: list[Digest] = []

    class Holder(KeySigner):
        def sign_digest(self, digest: Digest) -> bytes:
            seen.append(digest)
            return super().sign_digest(digest)

    prepared = prepare(
        page(), appearance=appearance(pki), algorithm="ES256", certificate=me.certificate
    )
    signature = Holder(me.key).sign_digest(prepared.attributes.to_be_signed())
    signed = finish(
        prepared,
        signature,
        certificate=me.certificate,
        chain=(pki.issuing.certificate, pki.root.certificate),
        evidence=pki.evidence(me),
    )
    assert result(judge(pki, signed)) == PASSED
    assert seen == [prepared.attributes.to_be_signed()]
    assert len(seen[0].value) == 32


def test_es384_signs_too(pki: Pki) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    template = pki.leaf().certificate
    me = pki.issue(
        template.subject,
        issuer=pki.issuing,
        key=key,
        extensions=[(e.value, e.critical) for e in template.extensions],
    )
    assert result(judge(pki, pki.sign(page(), me))) == PASSED


def test_a_key_that_is_not_the_certificates_is_refused(pki: Pki) -> None:
    mixed = Identity(pki.leaf().key, pki.leaf().certificate)
    with pytest.raises(SigningError) as caught:
        pki.sign(page(), mixed)
    assert caught.value.code == "algorithm_mismatch"


def test_a_visible_signature_is_drawn_on_the_page(pki: Pki) -> None:
    box = VisibleBox(drawing=papers.drawing(), rectangle=(300, 60, 500, 100))
    signed = pki.sign(page(pages=2), pki.leaf(), visible=box)
    assert result(judge(pki, signed)) == PASSED
    reader = PdfFileReader(io.BytesIO(signed))
    last = reader.root["/Pages"]["/Kids"][1]
    widget = last["/Annots"][0]
    assert widget["/AP"]["/N"]["/Subtype"] == "/Form"
    assert dark_points(signed, 1) > dark_points(page(pages=2), 1)


def dark_points(document: bytes, number: int) -> int:
    import pypdfium2

    opened = pypdfium2.PdfDocument(document)
    opened.init_forms()
    image = opened[number].render(scale=1).to_pil().convert("L")
    return sum(1 for value in image.tobytes() if value < 128)


def test_the_page_looks_the_same_after_an_invisible_signature(pki: Pki) -> None:
    document = page()
    assert dark_points(document, 0) == dark_points(pki.sign(document, pki.leaf()), 0)


def test_a_token_that_is_too_large_for_the_room_is_refused(pki: Pki) -> None:
    me = pki.leaf()
    from certs.base import der, oids

    huge = der.sequence(der.object_identifier(oids.SIGNED_DATA), der.octet_string(bytes(9000)))
    with pytest.raises(SigningError) as caught:
        pki.sign(page(), me, evidence=SigningEvidence(timestamp=lambda _: huge))
    assert caught.value.code == "too_small"


def test_field_names_are_never_used_twice(pki: Pki) -> None:
    document = page()
    for _ in range(3):
        document = pki.sign(document, pki.leaf())
    report = judge(pki, document)
    assert result(report) == PASSED
    assert [s["field"] for s in report["signatures"]] == ["Signature", "Signature2", "Signature3"]


def test_a_chromium_document_in_chinese_is_signed_and_verified(pki: Pki, tmp_path: Path) -> None:
    """A file that no part of this project made; needs a browser on the machine."""
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)
    if browser is None:
        pytest.fail("no Chromium found: install the package `chromium`")
    (tmp_path / "form.html").write_text(CHINESE, encoding="utf-8")
    subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--print-to-pdf={tmp_path / 'form.pdf'}",
            str(tmp_path / "form.html"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    document = (tmp_path / "form.pdf").read_bytes()
    signed = pki.sign(document, pki.leaf())
    sealed = pki.sign(signed, pki.leaf(common_name="Licensing"), certify=True)
    assert result(judge(pki, signed)) == PASSED
    assert result(judge(pki, sealed)) == PASSED
    assert judge(pki, papers.with_other_text(signed))["indication"] == "TOTAL-FAILED"


def test_sign_pdf_is_both_phases(pki: Pki) -> None:
    me = pki.leaf()
    signed = sign_pdf(
        page(),
        signer=me.signer,
        certificate=me.certificate,
        chain=(pki.issuing.certificate,),
        evidence=pki.evidence(me),
        appearance=appearance(pki, field_name="Applicant"),
    )
    report = judge(pki, signed)
    assert result(report) == PASSED
    assert report["signatures"][0]["field"] == "Applicant"
