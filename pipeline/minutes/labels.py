"""How documents name a voice, a role, a moment and the state of the minutes."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipeline.minutes.model import Minutes, Speaker
from pipeline.minutes.safe_text import safe_text
from pipeline.texts import Texts

# Devices and our own log tell time in UTC; people in a shelter here live by this clock.
_CLOCK = ZoneInfo("Europe/Amsterdam")


def status(minutes: Minutes, say: Texts) -> str:
    """The state in words, and whether a named person has read it."""
    state = say(f"minutes.state.{minutes.state}")
    if not minutes.read_by:
        return f"{state} – {say('minutes.unread')}"
    return f"{state} – {say('minutes.read_by', readers=', '.join(safe_text(reader) for reader in minutes.read_by))}"


def speaker_labels(speakers: Sequence[Speaker], say: Texts) -> dict[str, str]:
    """The name of each voice by its id; a role that was only presumed says so. No two voices share a label."""
    labels = {speaker.id: _speaker_label(speaker, say) for speaker in speakers}
    shared = {label for label in labels.values() if list(labels.values()).count(label) > 1}
    return {
        speaker.id: f"{labels[speaker.id]} ({say('speakers.number', number=speaker.number)})"
        if labels[speaker.id] in shared
        else labels[speaker.id]
        for speaker in speakers
    }


def role_label(role: str, say: Texts) -> str:
    """A role in words; a role we have no word for stands as it was given."""
    return safe_text(say.role(role))


def named(name: str | None, role: str, say: Texts) -> str:
    """A name with its role, the role alone where there is no name, and no role twice ("de cliënt (cliënt)")."""
    if not name:
        return role
    return safe_text(name) if role.casefold() in name.casefold() else say("speakers.named", name=safe_text(name), role=role)


def _speaker_label(speaker: Speaker, say: Texts) -> str:
    role = role_label(speaker.role, say) if speaker.role else None
    numbered = say("speakers.unconfirmed", number=speaker.number)
    if not speaker.confirmed:
        return say("speakers.presumed", speaker=numbered, role=role) if role else numbered
    label = named(speaker.name, role or "", say) or numbered
    return label[:1].upper() + label[1:] if not speaker.name else label


def day(iso: str, say: Texts) -> str:
    """A day (YYYY-MM-DD) in words; what is no day stands as it was given."""
    try:
        on = date.fromisoformat(iso)
    except ValueError:
        return safe_text(iso)
    return say("formats.day", day=on.day, month=say(f"formats.month.{on.month}"), year=on.year)


def local_day(iso: str) -> date:
    """The day of a moment (ISO 8601), on the clock of the country of use."""
    at = datetime.fromisoformat(iso)
    return (at.astimezone(_CLOCK) if at.tzinfo else at).date()


def moment(iso: str, say: Texts) -> str:
    """A date and time in words, on the clock of the country of use; what is not an ISO 8601 moment stands as it was given."""
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return safe_text(iso)
    here = at.astimezone(_CLOCK) if at.tzinfo else at
    month = say(f"formats.month.{here.month}")
    return say("formats.moment", day=here.day, month=month, year=here.year, hour=f"{here.hour:02}", minute=f"{here.minute:02}")
