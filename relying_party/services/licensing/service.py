"""Puts Licensing Services together: its routes, its pending work, its website."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI

from relying_party.services.licensing import details, done, pay, routes, sign
from relying_party.services.licensing.issuing import Issuing
from relying_party.services.licensing.tables import licensing_tables
from relying_party.settings import Department
from relying_party.web import create_site
from relying_party.web.kit import Kit, KitMaker

_FOLDER: Final = Path(__file__).parent


def create_licensing(
    department: Department, make_kit: KitMaker
) -> tuple[FastAPI, Callable[[], Awaitable[None]], Kit]:
    """The website, its pending work (call it now and then), and its kit."""
    kit = make_kit(department, licensing_tables)
    router = APIRouter()
    for part in (routes, details, sign, pay, done):
        router.include_router(part.router)
    app = create_site(kit, router, folder=_FOLDER)
    issuing = Issuing(kit, app.state.site.pages.translations)
    app.state.issuing = issuing
    return app, issuing.catch_up, kit
