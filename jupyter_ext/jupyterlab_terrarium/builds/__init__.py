"""Queue, supervisor, worker, solver process and sandbox."""
