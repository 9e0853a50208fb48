"""Options that several commands share, and how they become settings."""

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from pipeline.cli.console import early_language
from pipeline.errors import UsageError
from pipeline.settings import Settings
from pipeline.texts import Language, texts

say = texts(early_language())

Json = Annotated[bool, typer.Option("--json", help=say("cli.options.json"))]
Out = Annotated[Path | None, typer.Option("--out", help=say("cli.options.out"), metavar="DIR")]
ReportLanguage = Annotated[Language | None, typer.Option("--report-language", help=say("cli.options.report_language"))]
AgreementFile = Annotated[Path | None, typer.Option("--agreement", help=say("cli.options.agreement"), metavar="FILE")]


def settings_from(**sections: dict[str, Any] | Language | None) -> Settings:
    """The settings with what the command line gave on top; values that are None were not given.

    Raises UsageError when a setting, in a file, the environment or the command line, is not valid.
    """
    given: dict[str, Any] = {}
    for name, value in sections.items():
        kept = {key: entry for key, entry in value.items() if entry is not None} if isinstance(value, dict) else value
        if kept is not None and kept != {}:
            given[name] = kept
    try:
        return Settings(**given)
    except ValidationError as error:
        names = ", ".join(sorted({".".join(map(str, problem["loc"])) for problem in error.errors()}))
        raise UsageError("setting_invalid", settings=names) from error
