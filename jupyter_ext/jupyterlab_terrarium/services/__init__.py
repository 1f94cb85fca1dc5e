"""Use cases, one module per noun; the only place with decisions."""
