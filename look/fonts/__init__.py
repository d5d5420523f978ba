"""The open font our PDFs embed, so that a Chinese name prints the same on every machine."""

from pathlib import Path
from typing import Final

FAMILY: Final = "OneChop Sans HK"
_FILE: Final = "OneChopSansHK.otf"


def cjk_font_path() -> Path:
    """The font file: Latin, Traditional with HKSCS, and Simplified Chinese.

    A subset of Noto Sans CJK HK under the SIL Open Font Licence 1.1 (`OFL.txt`), renamed as
    that licence asks.
    """
    return Path(__file__).with_name(_FILE)
