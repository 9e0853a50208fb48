"""Acts: what people in a conversation undertake, ask, decide and leave open."""
