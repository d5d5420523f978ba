"""Words for refusals: what happened, and what to do now. Codes in, marked English out."""

from dataclasses import dataclass
from typing import Final

from look.languages import N_
from relying_party.oidc import RefusedReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A heading, a sentence on what it means, and one on what to do."""

    title: str
    text: str
    advice: str
    is_choice: bool = False  # the citizen's own decision: no alarm


CANCELLED: Final = Words(
    title=N_("You said no"),
    text=N_("You rejected the request on your phone. Nothing was shared."),
    advice=N_("If that was a mistake, try again."),
    is_choice=True,
)
WRONG_CODE: Final = Words(
    title=N_("The codes did not match"),
    text=N_(
        "The code you chose on your phone was not the code on this screen, "
        "so the request was stopped."
    ),
    advice=N_(
        "Try again, and compare the two codes first. If you did not start this yourself, "
        "somebody may be trying to trick you."
    ),
)
EXPIRED: Final = Words(
    title=N_("The request ran out of time"),
    text=N_("It was not approved in time. For your safety a request does not stay open."),
    advice=N_("Start again when you have your phone with you."),
    is_choice=True,
)
NOT_OURS: Final = Words(
    title=N_("This is not the browser you started in"),
    text=N_(
        "You came back to a page that this browser did not ask for, or the page was opened "
        "a second time."
    ),
    advice=N_("Start again here. Nothing was lost and nobody was logged in."),
)
OTHER_PERSON: Final = Words(
    title=N_("That was someone else's account"),
    text=N_("The person who approved on the phone is not the person who is logged in here."),
    advice=N_("Use your own phone, or log out first."),
)
UNREACHABLE: Final = Words(
    title=N_("OneChop does not answer at the moment"),
    text=N_("We could not reach the identity service. Your work is saved."),
    advice=N_("Wait a minute and try again."),
)
FAULT: Final = Words(
    title=N_("We could not check the answer"),
    text=N_("The answer from the identity service was not what it should be, so we stopped."),
    advice=N_("Start again. If it happens a second time, tell us the reference below."),
)

_LOGIN: Final = {
    RefusedReason.ACCESS_DENIED: CANCELLED,
    RefusedReason.WRONG_CODE: WRONG_CODE,
    RefusedReason.EXPIRED: EXPIRED,
    RefusedReason.NOT_OURS: NOT_OURS,
    RefusedReason.WRONG_SUBJECT: OTHER_PERSON,
}


def words_for(reason: RefusedReason | None) -> Words:
    """The words for a refusal; None is "no answer at all"."""
    return UNREACHABLE if reason is None else _LOGIN.get(reason, FAULT)


TEXT_REFUSED: Final = {
    "too_long": N_("This is too long. Shorten it"),
    "private_use": N_("One character here is from an old character set. Type it again"),
}
TEXT_REFUSED_OTHERWISE: Final = N_("Remove the hidden or special character")
