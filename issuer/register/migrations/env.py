"""What Alembic runs around the migrations: our connection, our transaction."""

from __future__ import annotations

from alembic import context

from issuer.register.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
