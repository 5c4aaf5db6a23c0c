"""What an act does, a file a kind of target."""
