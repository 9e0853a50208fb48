"""The commands, thin: they parse, call one function and print."""
