"""A citizen's browser for the departments' tests: cookies, forms, redirects; no JavaScript."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx


class _Forms(HTMLParser):
    """Every form of a page, with its fields and submit buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append({"action": given.get("action"), "fields": {}, "buttons": []})
        elif self.forms and tag == "input" and given.get("name"):
            self.forms[-1]["fields"][given["name"]] = given.get("value") or ""
        elif self.forms and tag == "button" and given.get("name"):
            self.forms[-1]["buttons"].append((given["name"], given.get("value")))


class Visitor:
    """Follows redirects between the departments (in process) and the issuer (over HTTP)."""

    def __init__(self, departments: Any) -> None:
        self._inside = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=departments), verify=False
        )
        self._outside = httpx.AsyncClient(trust_env=False, verify=False)
        self.cookies: dict[str, dict[str, str]] = {}
        self.url = ""
        self.page = ""
        self.response: httpx.Response = httpx.Response(200)

    async def close(self) -> None:
        await self._inside.aclose()
        await self._outside.aclose()

    async def get(self, url: str, *, follow: bool = True) -> httpx.Response:
        return await self._go("GET", urljoin(self.url, url), None, follow=follow)

    async def submit(
        self, *, action: str | None = None, press: tuple[str, str] | None = None, **fields: str
    ) -> httpx.Response:
        """Fill in and send the form with this action (part of it), by this button."""
        parser = _Forms()
        parser.feed(self.page)
        form = next(
            form
            for form in parser.forms
            if (action or "") in (form["action"] or urlsplit(self.url).path)
            and (action is not None or form["action"] != "/logout")
        )
        data = {**form["fields"], **fields}
        if press is not None:
            assert press in form["buttons"], form["buttons"]
            data[press[0]] = press[1]
        return await self._go("POST", urljoin(self.url, form["action"] or self.url), data)

    async def _go(
        self, method: str, url: str, data: dict[str, str] | None, *, follow: bool = True
    ) -> httpx.Response:
        for _ in range(10):
            response = await self._once(method, url, data)
            if response.status_code not in {302, 303, 307} or not follow:
                break
            method, url, data = "GET", urljoin(url, response.headers["location"]), None
        self.url, self.page, self.response = url, response.text, response
        return response

    async def _once(self, method: str, url: str, data: dict[str, str] | None) -> httpx.Response:
        parts = urlsplit(url)
        jar = self.cookies.setdefault(parts.netloc, {})
        headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
        if jar:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        client = self._inside
        if parts.hostname == "id.localhost":
            client = self._outside
            url = url.replace("id.localhost", "127.0.0.1", 1)
        response = await client.request(method, url, data=data, headers=headers)
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            jar[name] = value
            if not value:
                del jar[name]
        return response
