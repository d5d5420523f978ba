"""What the relying party demands, as one frozen value: the same policy gives the same verdict.

It is read from and written to JSON, so that a report can be replayed and a worker process can be
given it as bytes.
"""

import json
from dataclasses import dataclass
from typing import Any

from certs import trustlist
from certs.base.errors import TrustListError
from certs.trustlist import TrustList


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What the document is about, as far as the law asks: a slug, and its item in Schedule 1.

    `schedule_1_item` is set for the excluded matters (Cap. 553 s. 3, Schedule 1, items 1-13).
    """

    name: str
    schedule_1_item: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`stated_value` is what is at stake, in whole Hong Kong dollars (Cap. 553 s. 42).

    The two switches loosen the rule on later changes; both are off, and a report shows them.
    """

    trust_list: TrustList
    matter: Matter | None = None
    stated_value: int | None = None
    allow_visible_signatures_later: bool = False
    allow_form_filling_later: bool = False


def encode(
    trust_list_json: bytes,
    *,
    matter: Matter | None = None,
    stated_value: int | None = None,
    allow_visible_signatures_later: bool = False,
    allow_form_filling_later: bool = False,
) -> bytes:
    """Write a policy around a published trust list, for `decode` in another process."""
    item = matter.schedule_1_item if matter else None
    body = {
        "trust_list": trust_list_json.decode("utf-8"),
        "matter": {"name": matter.name, "schedule_1_item": item} if matter else None,
        "stated_value": stated_value,
        "allow_visible_signatures_later": allow_visible_signatures_later,
        "allow_form_filling_later": allow_form_filling_later,
    }
    return json.dumps(body, sort_keys=True, ensure_ascii=False).encode()


def decode(data: bytes) -> Policy:
    """Read what `encode` wrote. Raises `TrustListError` (also for a policy that is malformed)."""
    try:
        body: dict[str, Any] = json.loads(data)
        matter = body["matter"]
        return Policy(
            trust_list=trustlist.load(body["trust_list"].encode("utf-8")),
            matter=Matter(**matter) if matter is not None else None,
            stated_value=body["stated_value"],
            allow_visible_signatures_later=body["allow_visible_signatures_later"] is True,
            allow_form_filling_later=body["allow_form_filling_later"] is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrustListError("malformed", "policy") from error
