"""Was it cut? Traces of gaps and splices in the file and in the signal, and how far each test can be trusted."""
