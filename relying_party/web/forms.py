"""Forms: every POST of a service is checked for forgery before the service sees it.

The check is a dependency of the whole application, not of a route, so a new route cannot leave
it out; text comes out normalised (`look.text`), and no field comes twice.
"""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from look.security import check_csrf, is_same_origin
from look.text import UnsafeText, safe_text

_MAX_FIELDS: Final = 40


class Forgery(Exception):  # noqa: N818 - an outcome by name
    """A form that did not come from a page we gave to this browser."""


class SafeForm:
    """The fields of one form. A field that was not sent is the empty string."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields
        #: field → code of `look.text.CODES`, for fields whose text was refused
        self.refused: dict[str, str] = {}

    def text(self, name: str, max_length: int = 200) -> str:
        """The field as safe text; refused text is empty, its code is in `refused`."""
        try:
            return safe_text(self._fields.get(name, ""), max_length)
        except UnsafeText as refusal:
            self.refused[name] = refusal.code
            return ""

    def __contains__(self, name: str) -> bool:
        """Whether the field was sent."""
        return name in self._fields


async def guard(request: Request) -> None:
    """Refuse a forged or malformed form. Raises Forgery."""
    if request.method in {"GET", "HEAD"}:
        return
    site = request.app.state.site
    if not is_same_origin(request.headers, site.kit.department.origin):
        raise Forgery("cross-site")
    form = await request.form(max_files=0, max_fields=_MAX_FIELDS)
    names = [name for name, _ in form.multi_items()]
    if len(names) != len(set(names)):
        raise Forgery("field twice")
    fields = {name: value for name, value in form.items() if not isinstance(value, UploadFile)}
    if not check_csrf(site.kit.form_secret, site.cookie(request), fields.get("csrf_token")):
        raise Forgery("token")
    request.state.form = SafeForm(fields)


def _form(request: Request) -> SafeForm:
    form = request.state.form
    assert isinstance(form, SafeForm)
    return form


CheckedForm = Annotated[SafeForm, Depends(_form)]
"""Annotate a route's parameter with this to get its form."""
