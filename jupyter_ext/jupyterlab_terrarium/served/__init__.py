"""The store that is served to many: a Tornado application of its own, and who may call it."""
