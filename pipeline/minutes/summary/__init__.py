"""The summary of a conversation: what a secretary would note, each sentence with the lines it rests on."""
