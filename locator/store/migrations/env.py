"""Runs the migrations on the connection that `locator.store.migrate` hands over."""

from alembic import context

from locator.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
