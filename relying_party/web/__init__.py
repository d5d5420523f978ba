"""A department's website around its services: pages, forms, log-in routes, errors."""

from relying_party.web.forms import CheckedForm, SafeForm
from relying_party.web.make import create_site
from relying_party.web.site import LogInFirst, SignedIn, Site, site_of

__all__ = [
    "CheckedForm",
    "LogInFirst",
    "SafeForm",
    "SignedIn",
    "Site",
    "create_site",
    "site_of",
]
