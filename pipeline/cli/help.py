"""The frame of every --help page in the user's language: typer has its headings and its own option in English only."""

from collections.abc import Sequence

# Typer carries a click of its own and shows its formatter nowhere else.
from typer._click.core import Context
from typer._click.formatting import HelpFormatter

from pipeline.texts import Texts

# What typer writes, and the text that says it.
_HEADINGS = {"Arguments": "arguments", "Options": "options", "Commands": "commands"}
_ENGLISH = {"Show this message and exit.": "show", "[required]": "required", "[OPTIONS]": "any_option", "COMMAND [ARGS]...": "any_command"}


def speak(say: Texts) -> None:
    """Make every help page of this process say its headings with `say`."""

    class Formatter(HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, _said(args, say), prefix or f"{say('cli.frame.usage')} ")

        def write_heading(self, heading: str) -> None:
            super().write_heading(say(f"cli.frame.{_HEADINGS[heading]}") if heading in _HEADINGS else heading)

        def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
            super().write_dl([(name, _said(text, say)) for name, text in rows], col_max, col_spacing)

    Context.formatter_class = Formatter


def _said(text: str, say: Texts) -> str:
    for english, key in _ENGLISH.items():
        text = text.replace(english, say(f"cli.frame.{key}"))
    return text
