"""A phone without a screen, for scripts: it opens the app's own pages and sends their own forms.

It goes the way of a browser: every form carries the token of a page that was fetched before, the
passkey answers the options that the server gave, cookies are kept. Nothing here is a back door.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any, Final, NoReturn, Self
from urllib.parse import urlencode, urlsplit

import httpx

from onechop.errors import EXPIRED, REFUSED, UNREACHABLE, Failure
from onechop.phone import pages
from onechop.phone.pages import Element, Field
from onechop.phone.passkey import SoftwarePasskey

SECONDS: Final = 30.0
_OUTCOMES: Final = {"ok": "approved", "info": "rejected", "bad": "wrong_code", "warn": "expired"}
_OVER: Final = frozenset({"expired", "qr_stale", "ceremony_expired"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The screen of a request: who asks for what, and the question about the code.

    `choices` is empty where no code is compared, ("same", "different") where `code` is shown to be
    compared, else the codes to choose from. `signs` tells a signature from everything else.
    """

    request_id: str
    heading: str
    facts: dict[str, str]
    fields: tuple[Field, ...]
    code: str
    choices: tuple[str, ...]
    signs: bool

    def answer(self, code: str | None) -> str | None:
        """Answer the question about the code as a citizen does who reads `code` elsewhere.

        Raises Failure(usage) when a code has to be chosen and none was given.
        """
        if not self.choices:
            return None
        if "same" in self.choices:
            return "same" if code in {None, self.code} else "different"
        if code is None:
            hint = "Read it on the screen where this began, and say --code."
            raise Failure("usage", "The identification code is missing.", hint=hint, exit_code=2)
        return code


class Phone:
    """The phone of a resident; `passkey` is None until it is bound."""

    def __init__(self, issuer: str, passkey: SoftwarePasskey | None = None) -> None:
        self.issuer = issuer
        self.passkey = passkey
        parts = urlsplit(issuer)
        loopback = (parts.hostname or "").endswith(".localhost")  # RFC 6761 §6.3
        self._client = httpx.Client(
            base_url=f"{parts.scheme}://127.0.0.1:{parts.port}" if loopback else issuer,
            headers={
                "Host": parts.netloc,
                "Origin": issuer,
                "Sec-Fetch-Site": "same-origin",
                "Accept": "application/json",
                "Accept-Language": "en",
                "User-Agent": "onechop-phone",
            },
            timeout=SECONDS,
            trust_env=False,
        )
        self.cookies: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def residents(self) -> dict[str, str]:
        """List the demonstration's residents: id → name."""
        found = {}
        page = self._page("/phone/residents")
        for card in page.all("section", css="resident"):
            form, name = card.first("form"), card.first("h2")
            if form is not None and name is not None:
                found[form.attributes.get("action", "").rpartition("/")[2]] = name.text
        return found

    def bind(self, person_id: str) -> None:
        """Become the phone of a resident: make a passkey, be signed in.

        Raises Failure(phone_refused).
        """
        page = self._page("/phone/residents")
        path = f"/phone/residents/{person_id}"
        options = self._options(path, page, {})
        self.passkey, credential = SoftwarePasskey.create(options, origin=self.issuer)
        self._post(path, page, {"credential": json.dumps(credential)})

    def sign_in(self) -> None:
        """Open the app with the passkey. Raises Failure(phone_refused)."""
        page = self._page("/phone/sign-in")
        credential = self._own_passkey().get(self._options("/phone/sign-in", page, {}))
        self._post("/phone/sign-in", page, {"credential": json.dumps(credential)})

    def certificate(self) -> dict[str, str]:
        """Read what the signing certificate says; empty when there is none to be had."""
        return pages.summary(self._page("/phone/certificate"))

    def accept_certificate(self) -> None:
        """Accept the signing certificate (ETO s. 2); nothing happens when that was done before."""
        page = self._page("/phone/certificate")
        serial = pages.hidden(page, "serial")
        if serial is not None:
            self._post("/phone/certificate/accept", page, {"serial": serial, "next": ""})

    def open(self, code: str) -> Shown:
        """Open a request by its typed code, or by the link in its QR code: this phone has it then.

        Raises Failure(phone_refused), for example when another phone was faster.
        """
        page = self._page("/phone/scan")
        form = {"link": code} if "://" in code else {"code": code}
        location = self._post("/phone/open", page, form)
        return self.show(location.rpartition("/")[2])

    def show(self, request_id: str) -> Shown:
        """Show a request that this phone has.

        Raises Failure: `phone_refused`, `certificate_not_accepted`.
        """
        page = self._page(f"/phone/requests/{request_id}")
        heading = page.first("h1")
        return Shown(
            request_id=request_id,
            heading=heading.text if heading else "",
            facts=pages.summary(page),
            fields=pages.fields(page),
            code=pages.shown_code(page),
            choices=pages.code_choices(page),
            signs=any(
                a.attributes.get("href", "").endswith("/document.pdf") for a in page.all("a")
            ),
        )

    def approve(self, shown: Shown, *, code: str | None = None, release: Sequence[str] = ()) -> str:
        """Approve with the passkey; answers `approved` or `wrong_code`.

        `release` names the optional details to share. Raises Failure: `usage`, `phone_refused`.
        """
        path = f"/phone/requests/{shown.request_id}"
        page = self._page(path)
        answer = shown.answer(code)
        form: dict[str, Any] = {"release": list(release)} | ({"code": answer} if answer else {})
        body = self._json(f"{path}/options", page, form)
        if "location" not in body:
            form["credential"] = json.dumps(self._own_passkey().get(body["publicKey"]))
            self._post(f"{path}/approve", page, form)
        return self.outcome(shown.request_id)

    def reject(self, shown: Shown) -> str:
        """Reject; answers `rejected`. Raises Failure(phone_refused)."""
        path = f"/phone/requests/{shown.request_id}"
        self._post(f"{path}/reject", self._page(path), {})
        return self.outcome(shown.request_id)

    def outcome(self, request_id: str) -> str:
        """Tell how a request of this phone ended: approved, rejected, wrong_code or expired."""
        page = self._page(f"/phone/requests/{request_id}/ended")
        verdict = page.first("div", css="verdict")
        kinds = verdict.attributes["class"].split() if verdict else []
        return next((word for kind, word in _OUTCOMES.items() if kind in kinds), "open")

    def _own_passkey(self) -> SoftwarePasskey:
        if self.passkey is None:
            raise Failure(
                "phone", "This phone is not bound to a resident.", hint="onechop phone bind"
            )
        return self.passkey

    def _page(self, path: str) -> Element:
        response = self._send("GET", path)
        if response.status_code == 303:
            location = response.headers["location"]
            if "/phone/certificate" in location:
                hint = "Accept it first: onechop phone bind, or in the app under “Certificate”."
                message = "The signing certificate of this phone is not accepted."
                raise Failure("certificate_not_accepted", message, hint=hint, exit_code=REFUSED)
            response = self._send("GET", location)
        if response.status_code != 200:
            _refused(response)
        return pages.read(response.text)

    def _options(self, path: str, page: Element, form: dict[str, Any]) -> dict[str, Any]:
        options: dict[str, Any] = self._json(f"{path}/options", page, form)["publicKey"]
        return options

    def _json(self, path: str, page: Element, form: dict[str, Any]) -> dict[str, Any]:
        response = self._send("POST", path, _with_token(page, form))
        if response.status_code != 200:
            _refused(response)
        body: dict[str, Any] = response.json()
        return body

    def _post(self, path: str, page: Element, form: dict[str, Any]) -> str:
        response = self._send("POST", path, _with_token(page, form))
        if response.status_code != 303:
            _refused(response)
        return str(response.headers["location"])

    def _send(self, method: str, path: str, form: dict[str, Any] | None = None) -> httpx.Response:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        content = urlencode(form or {}, doseq=True)
        try:
            response = self._client.request(method, path, content=content, headers=headers)
        except httpx.TransportError as error:
            message = f"{self.issuer} does not answer."
            hint = "Start the demonstration: onechop up"
            raise Failure("unreachable", message, hint=hint, exit_code=UNREACHABLE) from error
        for line in response.headers.get_list("set-cookie"):
            # Kept by hand: `__Host-` cookies need https, but for *.localhost, as in browsers.
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return response


def _with_token(page: Element, form: dict[str, Any]) -> dict[str, Any]:
    return {"csrf_token": pages.hidden(page, "csrf_token") or "", **form}


def _refused(response: httpx.Response) -> NoReturn:
    """Say in the identity provider's own words why it refused."""
    from idp.web.words import words_for

    kind = response.headers.get("content-type", "")
    reason = response.json().get("error", "") if kind.startswith("application/json") else ""
    words = words_for(reason)
    said = "" if reason else pages.problem(pages.read(response.text))
    raise Failure(
        "phone_refused",
        said or f"{words.title} ({reason or response.status_code}).",
        hint="" if said else words.advice,
        exit_code=EXPIRED if reason in _OVER else REFUSED,
    )
