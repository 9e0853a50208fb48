"""Prefect flows: thin wrappers around the stages of the pipeline.

Importing this package sets Prefect up for one quiet machine before Prefect itself is imported: no analytics, and time for
its own small server to start.
"""

import os

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")
