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
    "signing_over": Words(
        title=N_("This document is no longer waiting to be signed"),
        advice=_START_AGAIN,
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
    "phone_not_signed_in": Words(
        title=N_("The app is not open yet"),
        advice=N_("Open the app with your passkey, then scan the code again."),
    ),
    "form_malformed": Words(
        title=N_("This form is out of date"),
        advice=N_("Go back, load the page again and send the form once more."),
    ),
    "not_yours": Words(
        title=N_("This request is for somebody else"),
        advice=N_("It was made for another resident. Reject it if somebody asked you to scan it."),
    ),
    "taken": Words(
        title=N_("Another phone has this request"),
        advice=N_("If that was not you, cancel on the computer and start again."),
    ),
    "expired": Words(
        title=N_("The time is up"),
        advice=N_("Nothing was sent. Ask for a new code on your computer."),
    ),
    "over": Words(
        title=N_("This request is finished"),
        advice=N_("It was answered or stopped before. Nothing more was sent."),
    ),
    "qr_stale": Words(
        title=N_("This code is too old"),
        advice=N_("Scan the code that is on the screen now. It changes every few seconds."),
    ),
    "qr_foreign": Words(
        title=N_("This code is not ours"),
        advice=N_("We did not open it. Scan only the code on the page where you started."),
    ),
    "code_unanswered": Words(
        title=N_("The question about the code is not answered"),
        advice=N_("Go back and compare the identification code with the other screen."),
    ),
    "not_asked": Words(
        title=N_("This form is out of date"),
        advice=N_("Go back, load the page again and send the form once more."),
    ),
    "passkey_refused": Words(
        title=N_("The passkey did not fit"),
        advice=N_("Nothing was approved. Load the page again and try once more."),
    ),
    "passkey_unknown": Words(
        title=N_("We do not know this passkey"),
        advice=N_("It was removed, or belongs to another service. Link this phone again."),
    ),
    "ceremony_expired": Words(
        title=N_("That took too long"),
        advice=N_("Load the page again and use your passkey within two minutes."),
    ),
    "certificate_missing": Words(
        title=N_("You have not accepted your signing certificate"),
        advice=N_("Open “Certificate” in the app, accept it, then open the request again."),
    ),
    "certificate_expired": Words(
        title=N_("Your signing certificate has expired"),
        advice=N_("You can log in, but not sign. Go to a service counter for a new one."),
    ),
    "certificate_not_active": Words(
        title=N_("This certificate cannot be changed any more"),
        advice=N_("Look at “Certificates” in your account to see how it stands."),
    ),
    "last_device": Words(
        title=N_("This is your only device"),
        advice=N_("Link another one before you remove it, or go to a service counter."),
    ),
    "too_many_tries": Words(
        title=N_("Too many tries"),
        advice=N_("Wait ten minutes, or scan the QR code instead."),
    ),
    "typed_code_unknown": Words(
        title=N_("We do not know this code"),
        advice=N_("Check the letters and digits on the other screen."),
    ),
}


def words_for(reason: str) -> Words:
    """The words for a reason; a general answer where a reason has none of its own."""
    return WORDS.get(reason, DEFAULT)
