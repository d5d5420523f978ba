"""Verify in tests: every report that any test produces is checked against the published schema."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from certs.verification import LocalEvidence, Policy, verify
from tests.world.pki import DAY, Pki

SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "report.schema.json"


@cache
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def judge(
    pki: Pki,
    document: bytes,
    *,
    now: datetime | None = None,
    policy: Policy | None = None,
    crls: tuple[bytes, ...] = (),
) -> dict[str, Any]:
    """Verify with the test authority's trust list, a day after it signs unless told otherwise."""
    report = verify(
        document,
        policy=policy or Policy(trust_list=pki.trust_list()),
        now=now or pki.now + DAY,
        local_evidence=LocalEvidence(crls=crls),
    ).as_json()
    validator().validate(report)
    return report


def result(report: dict[str, Any]) -> tuple[str, str | None]:
    return report["indication"], report["sub_indication"]


def reasons(report: dict[str, Any], status: str = "failed") -> list[str]:
    return [
        check["reason"]
        for signature in report["signatures"]
        for check in signature["checks"]
        if check["status"] == status
    ]


PASSED = ("TOTAL-PASSED", None)


def failed(sub: str) -> tuple[str, str]:
    return "TOTAL-FAILED", sub


def unclear(sub: str) -> tuple[str, str]:
    return "INDETERMINATE", sub
