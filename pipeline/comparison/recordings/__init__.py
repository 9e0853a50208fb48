"""Two recordings of one conversation: how their clocks relate, and what only one of them holds."""
