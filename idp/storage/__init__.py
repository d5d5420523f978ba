"""The database edge: SQLAlchemy Core tables, stores, one unit of work. Nothing else speaks SQL."""
