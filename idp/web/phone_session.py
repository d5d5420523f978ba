"""What the pages of the phone and of the account share: whose they are, and their forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request

from idp.domain.errors import JourneyError
from idp.domain.session import Session, SessionKind
from idp.flows.at_the_phone import Phone
from idp.web.context import BROWSER, PHONE, browser, check_form, cookie, now, world
from look.security import mint_csrf

MAX_FIELDS = 40


@dataclass(frozen=True, slots=True)
class Form:
    """A form that came from one of our own pages."""

    data: FormData

    def one(self, name: str) -> str | None:
        """The value of a field; None when it is missing or empty.

        Raises JourneyError `form_malformed` when it came twice, or as a file.
        """
        values = self.data.getlist(name)
        if len(values) > 1 or not all(isinstance(v, str) for v in values):
            raise JourneyError("form_malformed")
        return str(values[0]) if values and values[0] else None

    def many(self, name: str) -> Sequence[str]:
        """All values of a field. Raises JourneyError `form_malformed` for a file."""
        values = self.data.getlist(name)
        if not all(isinstance(v, str) for v in values):
            raise JourneyError("form_malformed")
        return [str(v) for v in values]


async def read_form(request: Request) -> Form:
    """Read a form and refuse a forged one. Raises JourneyError: `form_forged`, `form_malformed`."""
    data = await request.form(max_files=0, max_fields=MAX_FIELDS)
    form = Form(data)
    check_form(request, form.one("csrf_token"), BROWSER)
    return form


def form_token(request: Request) -> str:
    """The token for our forms, bound to this browser's own cookie; `keep_browser` must follow."""
    return mint_csrf(world(request).keyring.form_key, browser(request).reveal())


async def phone_or_none(request: Request) -> Phone | None:
    """The phone whose live session this browser has."""
    session = await phone_session(request)
    if session is None:
        return None
    return Phone(
        session_id=session.session_id,
        person_id=session.person_id,
        device_id=session.device_id,
    )


async def phone_of(request: Request) -> Phone:
    """The phone that asks. Raises JourneyError `phone_not_signed_in`."""
    phone = await phone_or_none(request)
    if phone is None:
        raise JourneyError("phone_not_signed_in")
    return phone


async def phone_session(request: Request) -> Session | None:
    """The live phone session of this browser."""
    secret = cookie(request, PHONE)
    if secret is None:
        return None
    async with world(request).storage.unit_of_work() as work:
        session = await work.sessions.by_cookie(secret.digest, SessionKind.PHONE)
    return session if session is not None and session.is_live(now(request)) else None
