"""A department's website from its service.

A service is an `APIRouter` and a folder of templates; `create_site` puts the log-in routes, the
error pages, the form guard and the static files around it.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import BaseRoute

from look.languages import Translations
from look.pages import create_environment
from look.static import StaticFiles
from relying_party.web.errors import add_error_pages
from relying_party.web.forms import guard
from relying_party.web.kit import Kit
from relying_party.web.login import router as login_routes
from relying_party.web.site import Site

TEMPLATES: Final = Path(__file__).with_name("templates")
LOCALES: Final = Path(__file__).parent.with_name("locales")


def create_site(
    kit: Kit,
    router: APIRouter,
    *,
    folder: Path,
    machine_routes: Sequence[BaseRoute] = (),
) -> FastAPI:
    """One department's website from its service.

    `folder` has `templates/` with a `layout.html`. `machine_routes` are called by programs, not
    by browsers: they carry their own proof and are not asked for a form token.
    """
    static, words = _shared()
    pages = create_environment([folder / "templates", TEMPLATES], words, static)
    app = FastAPI(openapi_url=None, dependencies=[Depends(guard)], routes=list(machine_routes))
    app.state.site = Site(kit=kit, pages=pages)
    app.include_router(login_routes)
    app.include_router(router)
    app.mount("/static", static)
    add_error_pages(app)
    return app


@cache
def _shared() -> tuple[StaticFiles, Translations]:
    """Files and words, read once for all departments of a process."""
    return StaticFiles(), Translations.load(LOCALES)
