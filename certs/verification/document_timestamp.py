"""The verdict on a document time stamp: a signature field that holds a token instead of a name.

It says that the whole file up to it existed at a moment (ETSI EN 319 142-1 §5.4.3). It is told in
the report; it does not yet lengthen the life of the signatures before it (level B-LTA).
"""

from certs.verification import verdict
from certs.verification.assessment import Assessment, Check
from certs.verification.codes import CheckId, Reason, SubIndication
from certs.verification.timestamp import check_token


def judge(assessment: Assessment) -> Assessment:
    """Run the steps that make sense for a document time stamp (ETSI EN 319 142-1 §5.4.3)."""
    a = assessment
    for step in verdict.STEPS[:2]:
        a.checks.append(Check(check_id=step.check_id, outcome=step.run(a)))
    changes, proof = verdict.NOT_CHECKED, verdict.NOT_CHECKED
    if a.sub_indication is None:
        changes = verdict.check_later_changes(a)
        _, first, second, length = a.field.byte_range
        stamped = a.document[:first] + a.document[second : second + length]
        found = check_token(a.field.contents, stamped, store=a.store, anchors=a.anchors, now=a.now)
        if isinstance(found, Reason):
            proof = verdict.failed(found, SubIndication.SIG_CONSTRAINTS_FAILURE)
        else:
            a.proof = found
            proof = verdict.PASSED
    a.checks.append(Check(check_id=CheckId.LATER_CHANGES, outcome=changes))
    a.checks.append(Check(check_id=CheckId.PROOF_OF_TIME, outcome=proof))
    return a
