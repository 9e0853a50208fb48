"""The leaflet for clients: what may be recorded, what a computer does with it, how long it is kept, and their rights.

What the organisation filled in among the settings is printed; where it filled in nothing there is a line to write on, or
the sentence that it is agreed for each conversation. The leaflet promises nothing the settings do not say.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup

from pipeline.minutes.writers.pdf import compile_pdf
from pipeline.review.offline_page import environment, policy
from pipeline.settings import Settings
from pipeline.texts import Texts, texts

_HERE = Path(__file__).resolve().parent
_DAYS_IN_YEAR = 365


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something the leaflet says; `to_fill_in` leaves a line behind it to write on."""

    text: str
    to_fill_in: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with sentences: numbered (the rules), a list of points (rights), or plain paragraphs."""

    title: str
    form: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Leaflet:
    """The whole leaflet, in one language."""

    language: str
    title: str
    intro: str
    sections: tuple[Section, ...]
    source: str


def leaflet_of(settings: Settings) -> Leaflet:
    """The leaflet of this organisation."""
    say = texts(settings.report_language)
    return Leaflet(
        language=say.language,
        title=say("leaflet.title"),
        intro=say("leaflet.intro"),
        sections=(
            _section("rules", "numbered", say, *(say(f"leaflet.rules.{number}") for number in range(1, 7))),
            _section("others", "plain", say, say("leaflet.others.own"), say("leaflet.others.committee")),
            _section("computer", "plain", say, *_computer(settings, say)),
            _section("purpose", "plain", say, settings.privacy.purpose or say("leaflet.purpose.open")),
            _section("storage", "plain", say, *_storage(settings, say)),
            _section("rights", "points", say, *_rights(settings, say)),
            Section(say("leaflet.contact.title"), "plain", _contact(settings, say)),
        ),
        source=say("leaflet.source"),
    )


def leaflet_html(settings: Settings) -> bytes:
    """The leaflet as one HTML file that asks nothing of the network."""
    style = Markup((_HERE / "leaflet.css").read_text(encoding="utf-8"))
    page = environment(_HERE).get_template("leaflet.html")
    return page.render(leaflet=leaflet_of(settings), style=style, policy=policy(style)).encode()


def leaflet_pdf(settings: Settings) -> bytes:
    """The leaflet on A4, as PDF/A-2a and PDF/UA-1."""
    return compile_pdf(_HERE / "leaflet.typ", asdict(leaflet_of(settings)), datetime.now(UTC))


# Which function writes a file that ends so.
LEAFLET_WRITERS: dict[str, Callable[[Settings], bytes]] = {".html": leaflet_html, ".pdf": leaflet_pdf}


def _section(key: str, form: str, say: Texts, *sentences: str) -> Section:
    return Section(say(f"leaflet.{key}.title"), form, tuple(Sentence(text) for text in sentences))


def _computer(settings: Settings, say: Texts) -> tuple[str, ...]:
    organisation = settings.organisation.name if settings.organisation.is_named else say("leaflet.our_organisation")
    return say("leaflet.computer.writes", organisation=organisation), say("leaflet.computer.mistakes"), say("leaflet.computer.same")


def _storage(settings: Settings, say: Texts) -> tuple[str, ...]:
    periods = {"audio": settings.retention.audio_days, "minutes": settings.retention.minutes_days}
    kept = (
        say(f"leaflet.storage.{what}_open") if days is None else say(f"leaflet.storage.{what}", period=_period(days, say))
        for what, days in periods.items()
    )
    return (*kept, say("leaflet.storage.hold"), say("leaflet.storage.proof"))


def _period(days: int, say: Texts) -> str:
    unit, count = ("year", days // _DAYS_IN_YEAR) if days and days % _DAYS_IN_YEAR == 0 else ("day", days)
    return say(f"leaflet.storage.{unit if count == 1 else unit + 's'}", count=count)


def _rights(settings: Settings, say: Texts) -> tuple[str, ...]:
    where = settings.privacy.complaints
    complaint = say("leaflet.rights.complaint_at", where=where) if where else say("leaflet.rights.complaint")
    own = (say(f"leaflet.rights.{right}") for right in ("copy", "correction", "deletion", "not_signing"))
    return (*own, complaint, say("leaflet.rights.authority"))


def _contact(settings: Settings, say: Texts) -> tuple[Sentence, ...]:
    name = settings.organisation.name if settings.organisation.is_named else ""
    return (
        Sentence(say("leaflet.contact.ask")),
        _filled("organisation", say, name=name),
        _filled("reach", say, contact=settings.organisation.contact),
        _filled("officer", say, officer=settings.privacy.officer),
        _filled("regulations", say, regulations=settings.privacy.regulations),
    )


def _filled(key: str, say: Texts, **value: str) -> Sentence:
    if not any(value.values()):
        return Sentence(say(f"leaflet.contact.{key}_open"), to_fill_in=True)
    return Sentence(say(f"leaflet.contact.{key}", **value))
