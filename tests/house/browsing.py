"""A browser for tests: keeps cookies as a real one does for `*.localhost`, follows nothing."""

from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import httpx
from fastapi import FastAPI


class Browser:
    """Requests to the application in this process, with a cookie jar of its own."""

    def __init__(self, app: FastAPI, origin: str) -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=origin)
        self.origin = origin
        self.cookies: dict[str, str] = {}

    async def get(self, url: str, **headers: str) -> httpx.Response:
        """Navigate to a page."""
        return await self._send("GET", url, headers, b"")

    async def post(self, url: str, form: dict[str, str], **headers: str) -> httpx.Response:
        """Send a form from a page of the same origin (unless a header says otherwise)."""
        sent = {"content-type": "application/x-www-form-urlencoded"} | headers
        return await self._send("POST", url, sent, httpx.QueryParams(form).__str__().encode())

    async def _send(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> httpx.Response:
        sent = {
            "accept": "text/html,application/xhtml+xml",
            "sec-fetch-site": "same-origin",
            "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36",
        }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{n}={v}" for n, v in self.cookies.items())
        response = await self._client.request(method, url, headers=sent, content=body)
        for line in response.headers.get_list("set-cookie"):
            self._keep(line)
        return response

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def answered(response: httpx.Response) -> dict[str, str]:
    """The parameters of a redirect back to a department; each once."""
    assert response.status_code == 303, response.text
    query = parse_qs(urlsplit(response.headers["location"]).query, strict_parsing=True)
    assert all(len(values) == 1 for values in query.values())
    return {name: values[0] for name, values in query.items()}
