"""Every code that a verification can emit has words."""

from __future__ import annotations

from enum import StrEnum

import pytest

from certs.trustlist import RecognitionStatus
from certs.verification import (
    CheckId,
    EtoCode,
    Indication,
    Integrity,
    Reason,
    Status,
    SubIndication,
)
from idp.web import findings, reasons


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (Reason, reasons.REASONS),
        (EtoCode, reasons.ETO),
        (Indication, findings.RESULTS),
        (SubIndication, findings.SUB_INDICATIONS),
        (CheckId, findings.CHECKS),
        (Status, findings.STATUSES),
        (Integrity, findings.INTEGRITY),
        (RecognitionStatus, findings.RECOGNITION),
    ],
)
def test_every_code_has_words_and_no_words_are_left_over(
    codes: type[StrEnum], words: dict[str, object]
) -> None:
    assert {str(code) for code in codes} == {str(key) for key in words}
