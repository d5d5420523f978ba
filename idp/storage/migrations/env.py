"""Alembic's entry: runs on the connection that it is handed, and on no other."""

from alembic import context

from idp.storage.migrations import all_tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=all_tables(),
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    user_module_prefix="schema.",
)
context.run_migrations()
