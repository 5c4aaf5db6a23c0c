"""Commands: what people type, and all that is printed."""
