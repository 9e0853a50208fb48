"""How documents name a voice, a role, a moment and the state of the minutes."""

from collections.abc import Sequence
from datetime import datetime
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
    key = f"speakers.role.{role}"
    return say(key) if key in say.all_keys() else safe_text(role)


def _speaker_label(speaker: Speaker, say: Texts) -> str:
    role = role_label(speaker.role, say) if speaker.role else None
    name = safe_text(speaker.name) if speaker.name else None
    if not speaker.confirmed:
        numbered = say("speakers.unconfirmed", number=speaker.number)
        return say("speakers.presumed", speaker=numbered, role=role) if role else numbered
    if name and role:
        return say("speakers.named", name=name, role=role)
    return name or (role[:1].upper() + role[1:] if role else say("speakers.unconfirmed", number=speaker.number))


def moment(iso: str, say: Texts) -> str:
    """A date and time in words, on the clock of the country of use; what is not an ISO 8601 moment stands as it was given."""
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return safe_text(iso)
    here = at.astimezone(_CLOCK) if at.tzinfo else at
    month = say(f"formats.month.{here.month}")
    return say("formats.moment", day=here.day, month=month, year=here.year, hour=f"{here.hour:02}", minute=f"{here.minute:02}")
