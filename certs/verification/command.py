"""What `onechop verify FILE` does, without a terminal: a report, plain text and an exit code."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from certs.base.errors import TrustListError
from certs.verification import isolate, policy
from certs.verification.codes import Indication, Status
from certs.verification.evidence import LocalEvidence
from certs.verification.policy import Matter

EXIT_PASSED: Final = 0
EXIT_FAILED: Final = 1
EXIT_INDETERMINATE: Final = 2
EXIT_COULD_NOT_RUN: Final = 3
_EXIT: Final = {
    Indication.TOTAL_PASSED: EXIT_PASSED,
    Indication.TOTAL_FAILED: EXIT_FAILED,
    Indication.INDETERMINATE: EXIT_INDETERMINATE,
}
_MARKS: Final = {
    Status.PASSED: "ok  ",
    Status.WARNING: "note",
    Status.FAILED: "FAIL",
    Status.NOT_CHECKED: "-   ",
}


def run(
    path: Path,
    trust_list_path: Path,
    *,
    now: datetime,
    crl_paths: tuple[Path, ...] = (),
    matter: Matter | None = None,
    stated_value: int | None = None,
) -> tuple[dict[str, Any], int]:
    """Verify one file and answer (report, exit code).

    0 TOTAL-PASSED, 1 TOTAL-FAILED, 2 INDETERMINATE. With 3 (the file, the trust list or a CRL
    cannot be read) the dictionary has one member, `error`, with a code.
    """
    try:
        document = path.read_bytes()
        trust_list = trust_list_path.read_bytes()
        crls = tuple(crl.read_bytes() for crl in crl_paths)
        encoded = policy.encode(trust_list, matter=matter, stated_value=stated_value)
        policy.decode(encoded)  # a broken list is our caller's fault, not the document's
    except OSError as error:
        return {"error": "cannot_read", "detail": str(error.filename)}, EXIT_COULD_NOT_RUN
    except (TrustListError, UnicodeDecodeError) as error:
        return {"error": "trust_list", "detail": str(error)}, EXIT_COULD_NOT_RUN
    evidence = LocalEvidence(crls=crls)
    report = isolate.verify_in_worker(document, encoded, now, local_evidence=evidence)
    return report, _EXIT[Indication(report["indication"])]


def render(report: dict[str, Any]) -> str:
    """Write a report as plain text, one fact a line; everything from the file is made printable."""
    if "error" in report:
        return f"could not run: {report['error']} ({_safe(report['detail'])})\n"
    lines = [
        _result(report),
        f"ordinance: {', '.join(report['eto']['reasons'])} (demonstration)",
        f"document:  sha256 {report['document']['sha256']}, {report['document']['size']} bytes",
    ]
    if report["document"]["problem"]:
        lines.append(f"problem:   {report['document']['problem']}")
    for signature in report["signatures"]:
        lines += ["", *_signature(signature)]
    return "\n".join(lines) + "\n"


def _result(part: dict[str, Any]) -> str:
    sub = part["sub_indication"]
    return f"{part['indication']} / {sub}" if sub else str(part["indication"])


def _signature(signature: dict[str, Any]) -> list[str]:
    time = signature["time"]
    certificate = signature["certificate"]
    lines = [
        f"{signature['kind'].replace('_', ' ')} {_safe(signature['field'])}: {_result(signature)}",
        f"  signer:  {_safe(signature['signer'] or 'unknown')}",
        f"  time:    {time['value']} ({time['source']})",
        f"  covers:  {signature['coverage']}, since then {signature['integrity']}",
    ]
    if certificate is not None:
        lines.append(f"  serial:  {certificate['serial']} ({certificate['recognition']})")
    lines += [
        f"  {_MARKS[Status(check['status'])]} {check['id']}"
        + (f": {check['reason']}" if check["reason"] else "")
        for check in signature["checks"]
    ]
    return lines


def _safe(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text)
