"""Where two accounts of one conversation agree and where they do not: recordings, minutes, a written report. Never a verdict."""
