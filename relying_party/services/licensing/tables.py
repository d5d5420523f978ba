"""The tables of Licensing Services, in its own database."""

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

licensing_tables: Final = MetaData()

residents: Final = Table(
    "resident",
    licensing_tables,
    Column("subject", Text, primary_key=True),  # pairwise: nobody else's database has it
    Column("first_seen_at", Text, nullable=False),
    sqlite_strict=True,
)

licences: Final = Table(
    "licence",
    licensing_tables,
    Column("licence_id", Text, primary_key=True),
    Column("subject", Text, ForeignKey("resident.subject"), nullable=False, index=True),
    Column("kind", Text, nullable=False),  # LicenceKind
    Column("number", Text, nullable=False),
    Column("detail", Text, nullable=False),  # registration mark, or class of vehicle
    Column("valid_until", Text, nullable=False),  # ISO date, the last day
    sqlite_strict=True,
)

applications: Final = Table(
    "application",
    licensing_tables,
    Column("application_id", Text, primary_key=True),
    Column("subject", Text, nullable=False, index=True),
    Column("licence_id", Text, ForeignKey("licence.licence_id"), nullable=False),
    Column("state", Text, nullable=False),  # State
    Column("answers", Text, nullable=False),  # JSON: field → {value, source, as_of}
    Column("document", LargeBinary),  # the application as it is to be signed
    Column("document_digest", Text),
    Column("document_language", Text),
    Column("signing_request_id", Text, unique=True),
    Column("signing_state", Text),
    Column("sign_uri", Text),
    Column("signed_document", LargeBinary),
    Column("signed_by", Text),
    Column("signed_at", Text),
    Column("certificate_serial", Text),
    Column("began_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    sqlite_strict=True,
)

# One application under way for each licence, whatever two tabs do.
Index(
    "one_open_application",
    applications.c.licence_id,
    unique=True,
    sqlite_where=applications.c.state != "issued",
)

payments: Final = Table(
    "payment",
    licensing_tables,
    Column("receipt_number", Text, primary_key=True),
    Column("application_id", Text, ForeignKey("application.application_id"), nullable=False),
    Column("amount_cents", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
    CheckConstraint("outcome in ('paid', 'declined')"),
    sqlite_strict=True,
)

# Money is taken once for each application.
Index(
    "paid_once", payments.c.application_id, unique=True, sqlite_where=payments.c.outcome == "paid"
)

issued_licences: Final = Table(
    "issued_licence",
    licensing_tables,
    Column("application_id", Text, ForeignKey("application.application_id"), primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("valid_from", Text, nullable=False),
    Column("valid_until", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
    Column("sealed_document", LargeBinary),  # NULL: the seal is still to be made
    sqlite_strict=True,
)

outgoing_notices: Final = Table(
    "outgoing_notice",
    licensing_tables,
    Column("reference", Text, primary_key=True),
    Column("content", Text, nullable=False),  # OutgoingNotice as JSON
    Column("notice_id", Text),  # NULL: still to be sent
    sqlite_strict=True,
)
