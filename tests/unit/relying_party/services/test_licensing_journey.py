"""The renewal, page by page, with a browser that has no JavaScript."""

import hashlib
import re
from collections.abc import Callable

import pytest

from tests.world.issuer import Issuer
from tests.world.papers import flipped
from tests.world.visitor import Visitor

LICENSING = "http://licensing.localhost:8181"


async def to_form(visitor: Visitor) -> None:
    await visitor.get(f"{LICENSING}/")
    await visitor.get("/login?return_to=/licences")
    assert visitor.url == f"{LICENSING}/licences"
    await visitor.submit(action="/renew")
    await visitor.get(visitor.url + "/details")


async def to_sign(visitor: Visitor) -> None:
    await to_form(visitor)
    await visitor.submit(action="details", press=("fill", "yes"))
    assert visitor.url.endswith("/details"), visitor.url
    await visitor.submit(action="details", insurance_policy="P-1")
    assert visitor.url.endswith("/check"), visitor.page
    await visitor.submit()
    assert visitor.url.endswith("/sign"), visitor.page


async def to_pay(visitor: Visitor) -> None:
    await to_sign(visitor)
    await visitor.submit()
    assert visitor.url.endswith("/pay"), visitor.page


async def test_the_whole_renewal(visitor: Visitor, issuer: Issuer) -> None:
    await to_pay(visitor)
    assert "CHAN, Tai Man" in visitor.page
    await visitor.submit(press=("decide", "pay"))
    assert visitor.url.endswith("/done"), visitor.page
    assert "Your licence is renewed" in visitor.page
    licence = await visitor.get(visitor.url.replace("/done", "/licence.pdf"))
    assert licence.content.startswith(b"%PDF-")
    assert [notice["category"] for notice in issuer.notices] == [
        "licence_issued",
        "licence_reminder",
    ]
    assert issuer.notices[1]["deadline"]
    assert set(issuer.notices[0]["subject"]) == {"en", "zh-Hant-HK", "zh-Hans"}


async def test_every_value_is_on_the_application(visitor: Visitor, issuer: Issuer) -> None:
    import pypdfium2

    await to_pay(visitor)
    document = issuer.asked["sr-0"]["document"]
    text = pypdfium2.PdfDocument(document)[0].get_textpage().get_text_range()
    for value in ("CHAN, Tai Man", "陳大文", "A123456(3)", "P-1", "Kowloon", "Demonstration"):
        assert value in text
    assert issuer.asked["sr-0"]["matter"] == "licence_application"


async def test_filled_fields_are_read_only_until_changed(visitor: Visitor) -> None:
    await to_form(visitor)
    await visitor.submit(action="details", press=("fill", "yes"))
    assert 'name="name_en"' not in visitor.page
    assert "A123•••(•)" in visitor.page
    # A field that came from the profile is not changed by sending it.
    await visitor.submit(action="details", insurance_policy="P-1", name_en="Mallory")
    assert "Mallory" not in visitor.page
    await visitor.get(visitor.url.replace("/check", "/details"))
    await visitor.submit(action="details", press=("change", "address"))
    assert 'name="address"' in visitor.page


async def test_by_hand_with_mistakes_loses_nothing(visitor: Visitor) -> None:
    await to_form(visitor)
    await visitor.submit(action="details", name_en="CHAN, Tai Man", hkid="A123456(4)", address="x")
    assert visitor.response.status_code == 422
    assert "the digit in brackets does not fit" in visitor.page
    assert 'value="CHAN, Tai Man"' in visitor.page
    await visitor.get(visitor.url)
    assert 'value="CHAN, Tai Man"' in visitor.page


async def test_refusing_to_fill_in_keeps_what_was_typed(visitor: Visitor, issuer: Issuer) -> None:
    await to_form(visitor)
    issuer.twist["error"] = "access_denied"
    await visitor.submit(action="details", press=("fill", "yes"), insurance_policy="P-77")
    assert "You said no" in visitor.page
    assert "What you typed is saved" in visitor.page
    back = re.search(r'href="(/renewals/[^"]+/details)"', visitor.page)
    assert back
    await visitor.get(back[1])
    assert 'value="P-77"' in visitor.page


async def test_another_persons_phone_does_not_fill_the_form(
    visitor: Visitor, issuer: Issuer
) -> None:
    await to_form(visitor)
    issuer.subject = "somebody-else"
    await visitor.submit(action="details", press=("fill", "yes"))
    assert "someone else" in visitor.page
    assert "CHAN" not in visitor.page


async def test_what_was_not_released_stays_to_be_typed(visitor: Visitor, issuer: Issuer) -> None:
    issuer.twist["withheld"] = ("address",)
    await to_form(visitor)
    await visitor.submit(action="details", press=("fill", "yes"))
    assert 'name="address"' in visitor.page
    assert 'name="hkid"' not in visitor.page


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("access_denied", "You did not sign"),
        ("wrong_code", "The codes did not match"),
        ("expired", "ran out of time"),
    ],
)
async def test_unsigned_comes_back_in_plain_words(
    visitor: Visitor, issuer: Issuer, code: str, words: str
) -> None:
    await to_sign(visitor)
    issuer.twist["sign_error"] = code
    await visitor.submit()
    assert words in visitor.page
    await visitor.get(re.search(r'href="(/renewals/[^"/]+)"', visitor.page)[1] + "/sign")  # type: ignore[index]
    await visitor.submit()
    assert visitor.url.endswith("/pay"), "a second request can be signed"


async def test_a_lost_way_back_is_found_on_reload(visitor: Visitor, issuer: Issuer) -> None:
    await to_sign(visitor)
    page = visitor.url
    issuer.twist["pending"] = True
    await visitor.submit()
    assert "Not signed yet" in visitor.page
    issuer.twist.clear()
    await visitor.get(page)
    assert visitor.url.endswith("/pay")


async def test_two_clicks_ask_for_one_signature(visitor: Visitor, issuer: Issuer) -> None:
    await to_sign(visitor)
    page, url = visitor.page, visitor.url
    issuer.twist["pending"] = True
    await visitor.submit()
    visitor.page, visitor.url = page, url
    await visitor.submit()
    assert len(issuer.asked) == 1


async def test_a_changed_signature_is_not_accepted(visitor: Visitor, issuer: Issuer) -> None:
    await to_sign(visitor)
    issuer.twist["tamper"] = lambda pdf: flipped(pdf, len(pdf) // 2)
    await visitor.submit()
    assert "We did not accept the signature" in visitor.page


async def test_an_excluded_matter_says_so(visitor: Visitor, issuer: Issuer) -> None:
    await to_sign(visitor)
    issuer.twist["excluded"] = True
    await visitor.submit()
    assert "cannot be signed electronically" in visitor.page


async def test_declining_takes_no_money_and_can_be_tried_again(visitor: Visitor) -> None:
    await to_pay(visitor)
    await visitor.submit(press=("decide", "decline"))
    assert "No money was taken" in visitor.page
    await visitor.submit(press=("decide", "pay"))
    assert visitor.url.endswith("/done")


async def test_paying_twice_pays_once(visitor: Visitor, issuer: Issuer) -> None:
    await to_pay(visitor)
    page, url = visitor.page, visitor.url
    await visitor.submit(press=("decide", "pay"))
    first = re.search(r"R-[A-Z2-7]{12}", visitor.page)
    visitor.page, visitor.url = page, url
    await visitor.submit(press=("decide", "pay"))
    second = re.search(r"R-[A-Z2-7]{12}", visitor.page)
    assert first and second and first[0] == second[0]
    assert issuer.calls.count("seal") == 1
    assert len(issuer.notices) == 2


async def test_paid_without_a_seal_is_made_on_reload(visitor: Visitor, issuer: Issuer) -> None:
    await to_pay(visitor)
    issuer.twist["seal_down"] = True
    await visitor.submit(press=("decide", "pay"))
    assert "We are making your licence" in visitor.page
    issuer.twist.clear()
    await visitor.get(visitor.url)
    assert "Your licence is renewed" in visitor.page


async def test_the_application_of_somebody_else_is_not_there(
    visitor: Visitor, issuer: Issuer, new_visitor: Callable[[], Visitor]
) -> None:
    await to_form(visitor)
    other = new_visitor()
    issuer.subject = "somebody-else"
    await other.get(f"{LICENSING}/login")
    response = await other.get(visitor.url)
    assert response.status_code == 404


async def test_a_form_without_its_token_is_refused(visitor: Visitor) -> None:
    await to_form(visitor)
    response = await visitor.submit(action="details", csrf_token="0" * 64)
    assert response.status_code == 403


async def test_the_driving_licence_cannot_be_renewed_yet(visitor: Visitor) -> None:
    await visitor.get(f"{LICENSING}/login?return_to=/licences")
    digest = hashlib.sha256(b"licensing sample\0" + b"pairwise-of-chan-tai-man").hexdigest()
    assert f"d-{digest[:16]}/renew" not in visitor.page
    assert "You can renew it from" in visitor.page
