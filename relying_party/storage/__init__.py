"""A department's own database: one SQLite file, opened so that nothing acknowledged is lost."""

from relying_party.storage.database import Database, Tables
from relying_party.storage.secret_file import secret_file

__all__ = ["Database", "Tables", "secret_file"]
