"""`wederhoor demo`: the main job on the recording that travels with the package."""

from datetime import UTC, datetime
from pathlib import Path

from pipeline.cli.console import say
from pipeline.cli.minutes import minutes_of, secured
from pipeline.cli.options import Out, ReportLanguage, settings_from
from pipeline.comparing import compare
from pipeline.comparison.wording import comparison_in_words
from pipeline.minutes.clock import clock
from pipeline.minutes.labels import speaker_labels
from pipeline.minutes.model import Minutes
from pipeline.minutes.safe_text import safe_text
from pipeline.minutes.summary.template import Section, load_template
from pipeline.review.page import FILE_NAME
from pipeline.settings import Settings
from pipeline.shipped import SAMPLE_AUDIO
from pipeline.texts import Texts, texts

_SHOWN_LINES = 8


def demo(out: Out = None, report_language: ReportLanguage = None) -> None:
    """Make the minutes of the sample recording, show how they begin and what was agreed, compare it with the second recording."""
    settings = settings_from(report_language=report_language, paths={"output": out})
    sentences = texts(settings.report_language)
    say(sentences("cli.demo.intro"))
    dossier = secured(SAMPLE_AUDIO / "gesprek.m4a", settings, agreement=SAMPLE_AUDIO / "agreement.toml", without_agreement=None)
    stored = minutes_of(dossier, settings)
    say("\n" + sentences("cli.demo.begin"))
    for line in first_lines(stored.minutes, sentences):
        say(line)
    say("\n" + sentences("cli.demo.summary"))
    for line in agreements(stored.minutes, settings):
        say(line)
    say("\n" + sentences("cli.demo.second"))
    second = secured(SAMPLE_AUDIO / "gesprek_telefoon.ogg", settings, agreement=SAMPLE_AUDIO / "agreement.toml", without_agreement=None)
    minutes_of(second, settings)
    compared = compare(dossier.path, second.path, settings, now=datetime.now(UTC))
    for line in comparison_in_words(compared.comparison, settings.report_language):
        say(f"  {line}")
    say("\n" + sentences("cli.demo.done"))
    say(f"  {(stored.folder / FILE_NAME).resolve()}")
    say(sentences("cli.demo.compared"))
    say(f"  {compared.page.resolve()}")
    say(sentences("cli.demo.all_files"))
    say(f"  {Path(stored.folder).resolve()}")
    say(str(dossier.path))


def agreements(minutes: Minutes, settings: Settings) -> list[str]:
    """What the summary says was agreed, each with the time of its first line."""
    template = load_template(settings.summary.template)
    headings = {form.heading(Section.AGREEMENTS, minutes.report_language) for form in template.forms.values()}
    starts = {line.id: line.start_ms for line in minutes.lines}
    told = [sentence for sentence in minutes.summary or () if sentence.section in headings]
    return [f"  {clock(starts[one.lines[0]])}  {safe_text(one.text)}" if one.lines else f"  {safe_text(one.text)}" for one in told]


def first_lines(minutes: Minutes, sentences: Texts) -> list[str]:
    """The first lines as people read them: time, speaker, text."""
    labels = speaker_labels(minutes.speakers, sentences)
    return [
        f"  {clock(line.start_ms)}  {labels.get(line.speaker or '', '')}: {safe_text(line.text)}" for line in minutes.lines[:_SHOWN_LINES]
    ]
