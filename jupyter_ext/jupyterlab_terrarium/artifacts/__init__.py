"""Forms of a version: lockfile, archive, image, installer, ...; one module a form.

Arrows point down: forms know the lock, the engine and the store's files, but no database, no user
and no HTTP.
"""
