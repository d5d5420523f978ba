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
    String,
    Table,
)

licensing_tables: Final = MetaData()

residents: Final = Table(
    "resident",
    licensing_tables,
    Column("subject", String, primary_key=True),  # pairwise: nobody else's database has it
    Column("first_seen_at", String, nullable=False),
    sqlite_strict=True,
)

licences: Final = Table(
    "licence",
    licensing_tables,
    Column("licence_id", String, primary_key=True),
    Column("subject", String, ForeignKey("resident.subject"), nullable=False, index=True),
    Column("kind", String, nullable=False),  # LicenceKind
    Column("number", String, nullable=False),
    Column("detail", String, nullable=False),  # registration mark, or class of vehicle
    Column("valid_until", String, nullable=False),  # ISO date, the last day
    sqlite_strict=True,
)

applications: Final = Table(
    "application",
    licensing_tables,
    Column("application_id", String, primary_key=True),
    Column("subject", String, nullable=False, index=True),
    Column("licence_id", String, ForeignKey("licence.licence_id"), nullable=False),
    Column("state", String, nullable=False),  # State
    Column("answers", String, nullable=False),  # JSON: field → {value, source, as_of}
    Column("document", LargeBinary),  # the application as it is to be signed
    Column("document_digest", String),
    Column("document_language", String),
    Column("signing_request_id", String, unique=True),
    Column("signing_state", String),
    Column("sign_uri", String),
    Column("signed_document", LargeBinary),
    Column("signed_by", String),
    Column("signed_at", String),
    Column("certificate_serial", String),
    Column("began_at", String, nullable=False),
    Column("changed_at", String, nullable=False),
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
    Column("receipt_number", String, primary_key=True),
    Column("application_id", String, ForeignKey("application.application_id"), nullable=False),
    Column("amount_cents", Integer, nullable=False),
    Column("outcome", String, nullable=False),
    Column("decided_at", String, nullable=False),
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
    Column("application_id", String, ForeignKey("application.application_id"), primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("valid_from", String, nullable=False),
    Column("valid_until", String, nullable=False),
    Column("decided_at", String, nullable=False),
    Column("sealed_document", LargeBinary),  # NULL: the seal is still to be made
    sqlite_strict=True,
)

outgoing_notices: Final = Table(
    "outgoing_notice",
    licensing_tables,
    Column("reference", String, primary_key=True),
    Column("content", String, nullable=False),  # OutgoingNotice as JSON
    Column("notice_id", String),  # NULL: still to be sent
    sqlite_strict=True,
)
