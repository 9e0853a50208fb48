"""What is wrong with a command line, in the user's language: typer says it in English only."""

from enum import Enum
from typing import Any

# Typer carries a click of its own and shows its errors nowhere else.
from typer._click.exceptions import BadOptionUsage, BadParameter, ClickException, MissingParameter, NoSuchOption, UsageError

from pipeline.texts import Texts


def usage_in_words(error: ClickException, say: Texts) -> str:
    """Which part of the command is wrong; the values that may stand there, where they are named."""
    match error:
        case NoSuchOption():
            return say("cli.usage.no_option", name=error.option_name)
        case BadOptionUsage():
            return say("cli.usage.no_value", name=error.option_name)
        case MissingParameter():
            return say("cli.usage.missing", name=_name(error.param))
        case BadParameter():
            choices = ", ".join(_choices(error.param))
            key = "cli.usage.wrong_choice" if choices else "cli.usage.wrong_value"
            return say(key, name=_name(error.param), choices=choices)
        case UsageError() if hasattr(error.cmd, "commands"):
            return say("cli.usage.no_command")
    return say("cli.usage.other")


def _name(parameter: Any) -> str:
    """The option or argument as --help writes it."""
    options = [name for name in getattr(parameter, "opts", ()) if name.startswith("-")]
    return options[0] if options else str(getattr(parameter, "metavar", None) or getattr(parameter, "name", ""))


def _choices(parameter: Any) -> list[str]:
    found = getattr(getattr(parameter, "type_descriptor", None), "choices", None) or ()
    return [str(choice.value if isinstance(choice, Enum) else choice) for choice in found]
