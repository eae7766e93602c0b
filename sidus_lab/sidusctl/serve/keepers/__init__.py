"""What keeps a service running: one file a kind; `kinds.keeper` chooses."""
