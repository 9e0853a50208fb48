"""Prefect flows: thin wrappers around the stages of the pipeline."""
