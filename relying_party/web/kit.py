"""Everything a service is given: built once at start from a `Department`."""

from collections.abc import Callable
from dataclasses import dataclass

from relying_party.login import Login, login_tables
from relying_party.notices import Notices
from relying_party.oidc import HttpClient, OidcClient, Provider
from relying_party.seals import Seals
from relying_party.settings import Clock, Department, Entropy
from relying_party.signing import SignatureCheck, Signing
from relying_party.storage import Database, Tables, secret_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """The tools of one department."""

    department: Department
    clock: Clock
    entropy: Entropy
    database: Database
    oidc: OidcClient
    login: Login
    signing: Signing
    check: SignatureCheck
    notices: Notices
    seals: Seals
    form_secret: bytes


KitMaker = Callable[[Department, Tables], Kit]
"""Makes the kit of a department for a service with these tables."""


def build_kit(
    department: Department, http: HttpClient, clock: Clock, entropy: Entropy, tables: Tables
) -> Kit:
    """Open the department's database and key. Raises OSError when the key is not there."""
    provider = Provider(department.issuer, http, clock)
    oidc = OidcClient(department, provider, http, clock, entropy)
    database = Database(department.database_file, login_tables, tables)
    return Kit(
        department=department,
        clock=clock,
        entropy=entropy,
        database=database,
        oidc=oidc,
        login=Login(department, oidc, database, clock, entropy),
        signing=Signing(department, oidc),
        check=SignatureCheck(department),
        notices=Notices(department, oidc),
        seals=Seals(department, oidc),
        form_secret=secret_file(department.folder / "forms.key", entropy),
    )
