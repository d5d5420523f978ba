"""Licensing Services: see my vehicle and driving licences, renew one.

Read `routes.py` first; `renewal.py` has the rules, `records.py` the tables' verbs.
"""

from relying_party.services.licensing.service import create_licensing

__all__ = ["create_licensing"]
