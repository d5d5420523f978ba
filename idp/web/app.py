"""The application: every web module's routes under one set of guards. No work at import."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route

from idp.ports.world import World
from idp.web import (
    account,
    approvals,
    document_pages,
    enrol,
    lost,
    notices,
    own_documents,
    own_login,
    phone,
    phone_app,
    phone_live,
    phone_request,
    repository,
    seals,
    sign,
    verify,
)
from idp.web.context import redirect
from idp.web.errors import Unexpected, add_error_handlers
from idp.web.oidc import authorize, end_session, par, token, userinfo, well_known
from idp.web.security import middleware
from look.languages import Translations
from look.pages import create_environment
from look.static import StaticFiles

_HERE: Final = Path(__file__).parent

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

#: Every web module gives `routes() -> list[BaseRoute]`; each has its line here.
MODULES: Final = (
    well_known,
    par,
    authorize,
    token,
    userinfo,
    end_session,
    approvals,
    phone,
    phone_app,
    phone_live,
    phone_request,
    enrol,
    account,
    lost,
    own_login,
    own_documents,  # before sign: /signing/own is no request
    sign,
    document_pages,
    seals,
    notices,
    repository,
    verify,
)


def create_app(world: World, *, lifespan: Lifespan | None = None) -> FastAPI:
    """Build the application over a world. `lifespan` starts and stops what runs beside it."""
    app = FastAPI(
        title="OneChop identity provider (demonstration)",
        docs_url=None,  # the documentation page would load from another host
        redoc_url=None,
        redirect_slashes=False,  # a redirect built from the request's Host is never ours
        middleware=[*middleware(world.policy), Middleware(Unexpected)],
        lifespan=lifespan,
    )
    static = StaticFiles(_HERE / "static")
    app.state.world = world
    app.state.static = static
    app.state.documents = {}  # discovery and JWKS, as bytes
    app.state.pages = create_environment(
        [_HERE / "templates"],
        Translations.load(_HERE / "locales"),
        static,
        shared={"issuer": world.policy.issuer, "demonstration": world.policy.demonstration},
    )
    app.router.routes.extend(_routes(static))
    add_error_handlers(app)
    return app


def _routes(static: StaticFiles) -> list[BaseRoute]:
    found: list[BaseRoute] = [
        Mount(static.prefix, static, name="static"),
        Route("/", lambda _: redirect("/account")),
        Route("/healthz", lambda _: PlainTextResponse("ok")),
    ]
    for module in MODULES:
        found.extend(module.routes())
    return found
