"""A citizen for each journey."""

import pytest
from playwright.sync_api import Page, expect

from house.at_home import Citizen
from house.browser import Phone
from house.demo import Demo

expect.set_options(timeout=20_000)


@pytest.fixture
def citizen(demo: Demo, desktop: Page, phone: Phone) -> Citizen:
    """A citizen with a desktop and a phone, before the shared demonstration."""
    return Citizen(desk=desktop, phone=phone, demo=demo)
