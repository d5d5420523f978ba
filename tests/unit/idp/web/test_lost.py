"""Who has lost a phone cannot log in with it: the advice is open to everybody."""

from __future__ import annotations

import pytest

from house.world import Idp


@pytest.mark.parametrize("page", ["/phone", "/phone/sign-in", "/account", "/sign"])
async def test_the_advice_is_found_without_a_login(idp: Idp, page: str) -> None:
    assert 'href="/lost-phone"' in (await idp.browser().get(page)).text


async def test_the_advice_asks_nothing_and_promises_no_counter(idp: Idp) -> None:
    answer = await idp.browser().get("/lost-phone")

    assert answer.status_code == 200
    assert "<form" not in answer.text.partition("<main")[2].partition("</main>")[0]
    assert "There is no counter" in answer.text
    assert "/account/devices" in answer.text
