"""Calibration: what is measured, against which bands, and how parameters are tuned to them."""
