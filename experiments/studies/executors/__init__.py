"""Executors: where tasks are carried out."""
