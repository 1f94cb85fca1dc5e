"""How a database would answer a query."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from jupyterlab_terrarium.store.database import Database


def query_plan(database: Database, query: Select[Any]) -> str:
    """What the database says of *query*, whose values are written into it."""
    options = {"literal_binds": True}
    text = query.compile(database.engine, compile_kwargs=options).string
    explain = "EXPLAIN QUERY PLAN" if database.sqlite else "EXPLAIN"
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{explain} {text}").all()
    return "\n".join(str(row) for row in rows)
