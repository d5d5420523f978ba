"""Words for the codes of this service."""

from typing import Final

from look.languages import N_
from relying_party.web.words import TEXT_REFUSED, TEXT_REFUSED_OTHERWISE

_PROBLEMS: Final = {
    "missing": N_("Fill this in"),
    "bad_hkid": N_("Check the number: the digit in brackets does not fit the others"),
    "bad_phone": N_("Enter a phone number, like +852 9123 4567"),
    "bad_email": N_("Enter an email address, like name@example.com"),
}

SOURCE_WORDS: Final = {
    "registered": N_("From your profile: registered"),
    "self_declared": N_("From your profile: given by you"),
}


def problem_words(code: str) -> str:
    """What is wrong with an answer."""
    return _PROBLEMS.get(code) or TEXT_REFUSED.get(code, TEXT_REFUSED_OTHERWISE)


#: Why a signature did not come about: (title, what it means, what to do).
NOT_SIGNED: Final = {
    "access_denied": (
        N_("You did not sign"),
        N_("You rejected the request on your phone. Your application is kept as it is."),
        N_("Sign when you are ready, or change your answers first."),
    ),
    "wrong_code": (
        N_("The codes did not match"),
        N_("The code chosen on the phone was not the one on the screen, so nothing was signed."),
        N_("Compare the two codes and sign again. If you did not start this, do not go on."),
    ),
    "expired": (
        N_("The request ran out of time"),
        N_("It was not signed in time, so it was closed. Your application is kept."),
        N_("Sign again when you have your phone with you."),
    ),
    "excluded_matter": (
        N_("This cannot be signed electronically"),
        N_("The law does not allow this kind of document to be signed electronically."),
        N_("Print it, sign it by hand and bring it to a counter."),
    ),
    "certificate_expired": (
        N_("Your signing certificate has expired"),
        N_("Nothing was signed. Your application is kept."),
        N_("Renew your certificate in your OneChop account, then sign again."),
    ),
    "certificate_suspended": (
        N_("Your signing certificate is suspended"),
        N_("Nothing was signed. Your application is kept."),
        N_("Lift the suspension in your OneChop account, then sign again."),
    ),
    "certificate_revoked": (
        N_("Your signing certificate was revoked"),
        N_("Nothing was signed. Your application is kept."),
        N_("Get a new certificate at a registration service counter, then sign again."),
    ),
    "check_failed": (
        N_("We did not accept the signature"),
        N_(
            "The document that came back did not pass our own check, so we did not take it. "
            "Your application is kept and nothing was paid."
        ),
        N_("Sign again. If it happens a second time, tell us the application number."),
    ),
    "unreachable": (
        N_("OneChop does not answer at the moment"),
        N_("Your application is kept. If you have signed already, the signature is not lost."),
        N_("Wait a minute, then continue."),
    ),
}
NOT_SIGNED_OTHERWISE: Final = (
    N_("The document was not signed"),
    N_("The identity service could not complete the signature. Your application is kept."),
    N_("Sign again. If it happens a second time, tell us the application number."),
)
