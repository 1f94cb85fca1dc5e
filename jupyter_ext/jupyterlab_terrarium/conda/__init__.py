"""The engine: channels, search, solve, lock, install. Knows no database, no HTTP, no user."""
