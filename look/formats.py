"""Dates, times, money and numbers as a reader in Hong Kong expects them.

CLDR through Babel, always in the long form: short numeric dates are ambiguous. Instants are
UTC inside and Hong Kong time on the page. Functions give plain text (for PDFs, mail); the
`markup_*` ones wrap it in `<time datetime>` for pages.
"""

from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_time
from babel.numbers import format_currency
from markupsafe import Markup

from look.languages import LOCALES, Language


def _zone() -> tzinfo:
    """Hong Kong's zone; a machine without zone data gets its offset, unchanged since 1979."""
    try:
        return ZoneInfo("Asia/Hong_Kong")
    except ZoneInfoNotFoundError:
        return timezone(timedelta(hours=8), "HKT")


HONG_KONG: Final = _zone()


def hong_kong(moment: datetime) -> datetime:
    """`moment` on a Hong Kong clock. Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(HONG_KONG)


def date_long(value: date, language: Language) -> str:
    """`14 September 2026`, `2026年9月14日`; an instant is taken on a Hong Kong clock."""
    day = hong_kong(value) if isinstance(value, datetime) else value
    return format_date(day, format="long", locale=LOCALES[language])


def time_short(moment: datetime, language: Language) -> str:
    """`3:04 pm`, `下午3:04`, Hong Kong time."""
    # A naive local time: Babel is kept away from zones (its pytz path shifts by minutes).
    local = hong_kong(moment).replace(tzinfo=None)
    text = format_time(local.time(), format="short", locale=LOCALES[language])
    # CLDR puts a narrow no-break space before am and pm; fonts for PDFs often lack it.
    return text.replace("\u202f", "\u00a0")


def date_time(moment: datetime, language: Language) -> str:
    """`14 September 2026, 3:04 pm`, `2026年9月14日 下午3:04`."""
    joint = ", " if language == "en" else " "
    return f"{date_long(moment, language)}{joint}{time_short(moment, language)}"


def money(amount: Decimal | int, language: Language) -> str:
    """`HK$412.00` in every language."""
    text = format_currency(Decimal(amount), "HKD", locale=LOCALES[language])
    return text if text.startswith("HK$") else text.replace("$", "HK$", 1)


def masked_hkid(number: str) -> str:
    """`A123456(3)` as `A123•••(•)`: letters and the first three digits stay.

    Takes the number with or without brackets; anything else is masked whole.
    """
    plain = number.replace("(", "").replace(")", "").strip().upper()
    letters = plain[:-7] if len(plain) in {8, 9} else ""
    if not letters.isalpha():
        return "•" * 7
    return f"{letters}{plain[len(letters) : len(letters) + 3]}•••(•)"


def grouped_hex(value: bytes | str) -> str:
    """A digest or serial number in groups of four, so that two people can read it aloud."""
    digits = value.hex() if isinstance(value, bytes) else value
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def markup_date(value: date, language: Language) -> Markup:
    """`date_long` inside `<time>`."""
    day = hong_kong(value).date() if isinstance(value, datetime) else value
    return _time(day.isoformat(), date_long(value, language))


def markup_time(moment: datetime, language: Language) -> Markup:
    """`time_short` inside `<time>`."""
    return _time(hong_kong(moment).isoformat(timespec="seconds"), time_short(moment, language))


def markup_date_time(moment: datetime, language: Language) -> Markup:
    """Date and time inside `<time>`; each keeps together, the line may break between them."""
    joint = ", " if language == "en" else " "
    text = Markup('<span class="keep">{}</span>{}<span class="keep">{}</span>').format(
        date_long(moment, language), joint, time_short(moment, language)
    )
    return _time(hong_kong(moment).isoformat(timespec="seconds"), text)


def _time(machine: str, text: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine, text)
