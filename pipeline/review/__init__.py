"""The page both parties read."""
