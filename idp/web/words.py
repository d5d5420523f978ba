"""What a page says for each reason that a person can meet: what happened, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from look.languages import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A heading and one or two sentences; both are message ids."""

    title: str
    advice: str


_START_AGAIN: Final = N_("Go back to the service you came from and start again.")

DEFAULT: Final = Words(
    title=N_("This did not work"),
    advice=_START_AGAIN,
)

WORDS: Final[Mapping[str, Words]] = {
    "server_error": Words(
        title=N_("Something went wrong on our side"),
        advice=N_("Nothing you did is lost. Wait a moment and try again."),
    ),
    "not_found": Words(
        title=N_("This page does not exist"),
        advice=N_("Check the address, or go back to the service you came from."),
    ),
    "form_forged": Words(
        title=N_("This form is out of date"),
        advice=N_("Go back, load the page again and send the form once more."),
    ),
    "not_signed_in": Words(
        title=N_("You are not logged in"),
        advice=N_("Log in again and then go on."),
    ),
    "not_this_browser": Words(
        title=N_("This was started in another browser"),
        advice=N_("Go on in the browser where you started, or start again here."),
    ),
    "approval_pending": Words(
        title=N_("You have not approved this yet"),
        advice=N_("Open the app on your phone and approve the request. Then continue here."),
    ),
    "approval_completed": Words(
        title=N_("This request is finished"),
        advice=_START_AGAIN,
    ),
    "request_uri_expired": Words(
        title=N_("The request has expired"),
        advice=_START_AGAIN,
    ),
    "request_uri_unknown": Words(
        title=N_("We do not know this request"),
        advice=_START_AGAIN,
    ),
    "request_uri_spent": Words(
        title=N_("This request is finished"),
        advice=_START_AGAIN,
    ),
    "unknown_client": Words(
        title=N_("We do not know this service"),
        advice=N_("You were not logged in. Tell the service that sent you here."),
    ),
    "redirect_uri_not_registered": Words(
        title=N_("We cannot send you back safely"),
        advice=N_("You were not logged in. Tell the service that sent you here."),
    ),
    "hint_not_ours": Words(
        title=N_("We could not check this log-out request"),
        advice=N_("You are still logged in. You can log out from your account page."),
    ),
}


def words_for(reason: str) -> Words:
    """The words for a reason; a general answer where a reason has none of its own."""
    return WORDS.get(reason, DEFAULT)
