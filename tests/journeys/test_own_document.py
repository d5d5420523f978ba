"""A PDF that nothing here made: printed by Chromium, several pages, with Chinese text."""

import pytest

from house.at_home import Citizen

PAGES = """
<style>h1 { break-before: page }</style>
<p>租約 Tenancy summary 陳大文</p>
<h1>第二頁</h1><p>㛓 峯 𨋢 — second page</p>
<h1>第三頁</h1><p>third page</p>
"""


@pytest.mark.journey
def test_a_printed_document_is_signed_and_verified(citizen: Citizen) -> None:
    citizen.bind_phone("CHAN, Ming Fung")
    document = citizen.printed(PAGES)
    citizen.upload_own(document)
    citizen.open_waiting()
    assert citizen.phone.page.get_by_role("img", name="Page").count() == 3
    citizen.sign()
    citizen.desk.get_by_role("link", name="Download the signed").first.wait_for(timeout=20_000)
    signed = citizen.save("Download the signed document")

    assert signed.startswith(document), "a signature is added; nothing before it changes"
    text = citizen.check(signed)
    assert "Valid" in text
    assert "CHAN, Ming Fung" in text


@pytest.mark.journey
def test_a_changed_byte_is_named(citizen: Citizen) -> None:
    citizen.bind_phone("CHAN, Ming Fung")
    document = citizen.printed(PAGES)
    citizen.upload_own(document)
    citizen.open_waiting()
    citizen.sign()
    citizen.desk.get_by_role("link", name="Download the signed").first.wait_for(timeout=20_000)
    signed = bytearray(citizen.save("Download the signed document"))
    place = signed.index(b"/MediaBox")
    signed[place + 12] ^= 1

    text = citizen.check(bytes(signed))

    assert "Not valid" in text
    assert "changed after it was signed" in text
