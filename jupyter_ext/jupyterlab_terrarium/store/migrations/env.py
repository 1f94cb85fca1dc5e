"""Alembic's entry: runs the migrations on the engine that ``store.database`` hands over."""

from __future__ import annotations

from alembic import context

from jupyterlab_terrarium.store.team_tables import Base

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(connection=connection, target_metadata=Base.metadata)
    context.run_migrations()
    connection.commit()
