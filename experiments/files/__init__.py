"""Files: written whole or not at all, read back as they were, with where they come from."""
