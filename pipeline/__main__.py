"""`python -m pipeline` is the `wederhoor` command."""

from pipeline.cli.main import run

run()
