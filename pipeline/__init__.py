"""Wederhoor's own work: a recording in, minutes both parties can compare out. Knows nothing of Prefect."""

__version__ = "0.1.0"
