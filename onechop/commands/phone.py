"""`onechop phone`: a resident's phone for scripts, without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onechop.console import Json, emit
from onechop.errors import REFUSED, Failure
from onechop.layout import DEFAULT_DATA, DEFAULT_PORT_DEPARTMENTS, DEFAULT_PORT_IDP, Layout
from onechop.state import recall

if TYPE_CHECKING:
    from onechop.phone.client import Phone, Shown

app = typer.Typer(
    name="phone",
    rich_markup_mode=None,
    help="A resident's phone for scripts: approve and sign without a screen. Demonstration only.",
)

Data = Annotated[Path, typer.Option("--data", help="Folder of the running demonstration.")]
Code = Annotated[
    str, typer.Argument(help="The code under “I cannot scan the code”, or the link of the QR code.")
]
Which = Annotated[
    str | None, typer.Option("--phone", help="Whose phone; needed when several are bound.")
]
Identification = Annotated[
    str | None, typer.Option("--code", help="The identification code on the screen that waits.")
]
Release = Annotated[
    list[str] | None, typer.Option("--release", help="An optional detail to share, by its claim.")
]


@app.command()
def bind(
    name: Annotated[str, typer.Argument(help="A resident's id, or a part of the name.")],
    data: Data = DEFAULT_DATA,
    *,
    as_json: Json = False,
) -> None:
    """Make this the phone of a resident; shows its signing certificate and accepts it."""
    from onechop.phone import store
    from onechop.phone.client import Phone

    layout = _layout(data)
    with Phone(layout.issuer) as phone:
        person_id, full_name = _resident(phone.residents(), name)
        phone.bind(person_id)
        certificate = phone.certificate()
        if certificate:
            phone.accept_certificate()
        assert phone.passkey is not None
        file = store.keep(layout.phones, person_id, phone.passkey)
    lines = [f"This is the phone of {full_name} now. Its passkey: {file}"]
    lines += [f"  {term}: {value}" for term, value in certificate.items()]
    lines += [] if certificate else ["  No signing certificate: it may log in, but not sign."]
    result = {"bound": person_id, "name": full_name, "certificate": certificate, "file": str(file)}
    emit(result, as_json=as_json, text="\n".join(lines))


@app.command()
def show(
    code: Code, data: Data = DEFAULT_DATA, phone: Which = None, *, as_json: Json = False
) -> None:
    """Open a request and show who asks for what; this phone has it from then on."""
    with _signed_in(data, phone) as opened:
        shown = opened.open(code)
    emit(_as_json(shown), as_json=as_json, text=_text(shown))


@app.command()
def approve(
    code: Code,
    identification: Identification = None,
    release: Release = None,
    data: Data = DEFAULT_DATA,
    phone: Which = None,
    *,
    as_json: Json = False,
) -> None:
    """Approve a request to log in or to fill in a form. A wrong --code stops it."""
    with _signed_in(data, phone) as opened:
        shown = opened.open(code)
        if shown.signs:
            hint = "Read the document, then: onechop phone sign CODE --code 1234"
            raise Failure("usage", "This would be a signature.", hint=hint, exit_code=2)
        outcome = opened.approve(shown, code=identification, release=release or ())
    _end(shown, outcome, "approved", as_json=as_json)


@app.command()
def sign(
    code: Code,
    identification: Annotated[
        str, typer.Option("--code", help="The identification code on the screen that waits.")
    ],
    data: Data = DEFAULT_DATA,
    phone: Which = None,
    *,
    as_json: Json = False,
) -> None:
    """Sign the document of a request. A wrong --code stops it."""
    with _signed_in(data, phone) as opened:
        shown = opened.open(code)
        if not shown.signs:
            hint = "Use: onechop phone approve CODE"
            raise Failure("usage", "This request is not for a signature.", hint=hint, exit_code=2)
        outcome = opened.approve(shown, code=identification)
    _end(shown, outcome, "approved", as_json=as_json)


@app.command()
def reject(
    code: Code, data: Data = DEFAULT_DATA, phone: Which = None, *, as_json: Json = False
) -> None:
    """Reject a request."""
    with _signed_in(data, phone) as opened:
        shown = opened.open(code)
        outcome = opened.reject(shown)
    _end(shown, outcome, "rejected", as_json=as_json)


@contextmanager
def _signed_in(data: Path, person_id: str | None) -> Iterator[Phone]:
    from onechop.phone import store
    from onechop.phone.client import Phone

    layout = _layout(data)
    owner, passkey = store.fetch(layout.phones, person_id)
    with Phone(layout.issuer, passkey) as phone:
        try:
            phone.sign_in()
            yield phone
        finally:
            store.keep(layout.phones, owner, passkey)  # its counter has gone on


def _layout(data: Path) -> Layout:
    before = recall(data)
    return Layout(
        data=data.resolve(),
        port_idp=before.get("port_idp", DEFAULT_PORT_IDP),
        port_departments=before.get("port_departments", DEFAULT_PORT_DEPARTMENTS),
    )


def _resident(known: dict[str, str], name: str) -> tuple[str, str]:
    wanted = name.casefold()
    found = [
        (person_id, full_name)
        for person_id, full_name in known.items()
        if wanted == person_id or wanted in full_name.casefold()
    ]
    exact = [each for each in found if each[0] == wanted]
    if len(exact or found) == 1:
        return (exact or found)[0]
    message = f"{'Several residents are' if found else 'No resident is'} called {name}."
    hint = "One of: " + ", ".join(f"{person} ({full})" for person, full in known.items())
    raise Failure("resident", message, hint=hint)


def _as_json(shown: Shown) -> dict[str, Any]:
    return {
        "request": shown.request_id,
        "asks": shown.heading,
        "facts": shown.facts,
        "shares": [each.text for each in shown.fields if each.required],
        "may_share": {each.claim: each.text for each in shown.fields if not each.required},
        "identification_code": shown.code or None,
        "choices": [] if "same" in shown.choices else list(shown.choices),
        "signs": shown.signs,
    }


def _text(shown: Shown) -> str:
    lines = [shown.heading, *(f"  {term}: {value}" for term, value in shown.facts.items())]
    for each in shown.fields:
        how = "shared" if each.required else f"only with --release {each.claim}"
        lines.append(f"  {each.text} ({how})")
    if shown.code:
        lines.append(f"  Identification code: {shown.code}")
    elif shown.choices:
        lines.append(f"  Which code does the other screen show: {', '.join(shown.choices)}?")
    return "\n".join(lines)


def _end(shown: Shown, outcome: str, wanted: str, *, as_json: bool) -> None:
    who = next(iter(shown.facts.values()), "")
    if outcome != wanted:
        words = {
            "wrong_code": "The identification code did not match; the request was stopped.",
            "expired": "The time is up.",
        }
        message = words.get(outcome, f"The request is {outcome}.")
        hint = "Nothing was sent. Start again where you started."
        raise Failure("phone_refused", message, hint=hint, exit_code=REFUSED)
    result = {"outcome": outcome, "request": shown.request_id, "who": who, "signs": shown.signs}
    emit(result, as_json=as_json, text=f"{'Signed' if shown.signs else outcome.title()}: {who}")
