"""The received bytes: one robust reader per container, never through FFmpeg."""
