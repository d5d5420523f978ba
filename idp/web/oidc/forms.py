"""OAuth parameters of a request: a form in the body or a query, never both mixed."""

from __future__ import annotations

from starlette.requests import Request

from idp.domain.errors import ErrorCode, ProtocolError
from idp.protocol.parameters import Parameters, parse_form
from look.text import UnsafeText, safe_text

FORM = "application/x-www-form-urlencoded"


async def form(request: Request) -> Parameters:
    """Read a form body (RFC 6749 §3.2).

    Raises ProtocolError(invalid_request): another media type (RFC 9126 §2.1), parameters in the
    query beside it, or what `parse_form` refuses.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != FORM:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "not_a_form")
    if request.scope["query_string"]:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "parameters_in_the_query")
    return parse_form(await request.body())


def query(request: Request) -> Parameters:
    """Read the query string.

    Raises ProtocolError(invalid_request).
    """
    return parse_form(request.scope["query_string"])


def with_safe_purpose(parameters: Parameters) -> Parameters:
    """Normalise the one parameter that citizens read.

    Raises ProtocolError(invalid_request, `purpose_unsafe`) for text that hides or reorders itself.
    """
    purpose = parameters.get("purpose")
    if purpose is None:
        return parameters
    try:
        return {**parameters, "purpose": safe_text(purpose, 300)}
    except UnsafeText as refusal:
        raise ProtocolError(ErrorCode.INVALID_REQUEST, "purpose_unsafe") from refusal
