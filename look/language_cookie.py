"""Which language a request is answered in, decided once, and remembered when it is chosen."""

from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from look.languages import LANGUAGES, Language, negotiate

COOKIE: Final = "lang"
_YEAR: Final = 365 * 24 * 3600


def language_of(connection: HTTPConnection) -> Language:
    """The language of this request: `?lang=`, the cookie, `ui_locales`, Accept-Language."""
    return negotiate(
        cookie=connection.cookies.get(COOKIE),
        query=connection.query_params.get("lang"),
        accept_language=connection.headers.get("accept-language"),
        ui_locales=connection.query_params.get("ui_locales"),
    )


class LanguageCookie:
    """Remembers `?lang=` of any page in the `lang` cookie for a year; it holds nothing else."""

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        self._app = app
        self._attributes = f"; Path=/; SameSite=Lax; HttpOnly; Max-Age={_YEAR}" + (
            "; Secure" if secure else ""
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app; add the cookie to the response when a language was chosen."""
        chosen = _chosen(scope) if scope["type"] == "http" else None
        if chosen is None:
            await self._app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.append("set-cookie", f"{COOKIE}={chosen}{self._attributes}")
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _chosen(scope: Scope) -> str | None:
    query: bytes = scope.get("query_string", b"")
    if b"lang=" not in query:
        return None
    values = parse_qs(query.decode("latin-1"), max_num_fields=200).get("lang", [])
    return values[0] if len(values) == 1 and values[0] in LANGUAGES else None
