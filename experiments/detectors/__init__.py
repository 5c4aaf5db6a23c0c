"""Detectors: fitted, checked, and given data to be built on."""
