"""One department's website: its pages, who is logged in, and what every page needs."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse

from look.language_cookie import language_of
from look.pages import Pages
from look.security import allow_form_action, host_cookie, mint_csrf, read_host_cookie
from relying_party.login import Session
from relying_party.web.kit import Kit

SESSION_COOKIE: Final = "session"
LOGIN_COOKIE: Final = "login"
_LOGIN_COOKIE_SECONDS: Final = 3600


class LogInFirst(Exception):  # noqa: N818 - an outcome by name
    """This page is for somebody who is logged in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a route needs: the kit and the pages."""

    kit: Kit
    pages: Pages

    def cookie(self, request: Request) -> str | None:
        """The session cookie's value, unjudged."""
        return read_host_cookie(request.cookies, SESSION_COOKIE)

    def session(self, request: Request) -> Session | None:
        """Who is logged in, or None."""
        return self.kit.login.session(self.cookie(request))

    def page(
        self,
        request: Request,
        template: str,
        session: Session | None = None,
        status: int = 200,
        **values: Any,
    ) -> HTMLResponse:
        """A page. With a session its forms may end at the identity provider (log-out, signing)."""
        token = ""
        if session is not None:
            token = mint_csrf(self.kit.form_secret, session.cookie)
            allow_form_action(request, self.kit.department.issuer)
        return self.pages.response(
            request,
            template,
            status,
            session=session,
            csrf_token=token,
            issuer=self.kit.department.issuer,
            **values,
        )

    async def send_to_login(
        self,
        request: Request,
        *,
        return_to: str,
        scope: str = "openid",
        fills: str | None = None,
    ) -> RedirectResponse:
        """Send the browser to the identity provider, and mark the browser. Raises LoginFailed."""
        browser = read_host_cookie(request.cookies, LOGIN_COOKIE) or self.kit.login.new_cookie()
        url = await self.kit.login.begin(
            browser=browser,
            return_to=return_to,
            ui_locales=language_of(request),
            scope=scope,
            fills=fills,
        )
        response = RedirectResponse(url, status_code=303)
        response.headers.append(
            "set-cookie", host_cookie(LOGIN_COOKIE, browser, max_age=_LOGIN_COOKIE_SECONDS)
        )
        return response


def site_of(request: Request) -> Site:
    """The site a request is for."""
    site = request.app.state.site
    assert isinstance(site, Site)
    return site


def _signed_in(request: Request) -> Session:
    session = site_of(request).session(request)
    if session is None:
        raise LogInFirst
    return session


SignedIn = Annotated[Session, Depends(_signed_in)]
"""Annotate a route's parameter with this: the route is for people who are logged in."""
