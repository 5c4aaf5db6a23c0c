"""Searches: loops that ask for one simulation after the other."""
