"""A Jupyter server that is connected to a team store: forwarding, and a mirror of what it needs."""
