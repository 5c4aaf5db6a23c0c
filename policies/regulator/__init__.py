"""The market regulator: raids, fines, and the law that it applies."""
