"""Which of two voices may be staff and which the client: presumed from what they say, or left open.

A wrong role turns a conversation round, so a role is presumed only when exactly two voices speak, the agreement names no
other parties than one client and one staff member (or there is no agreement), and both voices by their own words point
the same way. The words it rests on are kept, so that a reader can judge; nothing counts as known before it is confirmed.
"""

import re
from collections.abc import Iterable, Sequence

from pipeline.minutes.model import AgreementReference, Speaker
from pipeline.recording.agreement import Role
from pipeline.speech.model import Segment

STAFF, CLIENT = Role.STAFF, Role.CLIENT

# What the one who keeps the file and the house says, and what the one who lives there says.
_STAFF_WORDS = (
    *("ons dossier", "onze huisregels", "onze organisatie", "ons beleid", "uw kamer", "uw klacht", "uw spullen", "uw dossier"),
    *("uw begeleider", "u krijgt", "u stuurt", "helpt u", "u van ons", "vertelt u"),
    *("our file", "our house rules", "your room", "your complaint", "your belongings", "you will receive"),
)
_CLIENT_WORDS = (
    *("mijn kamer", "mijn spullen", "mijn tas", "mijn geld", "mijn klacht", "mijn begeleider", "mijn uitkering", "klacht indienen"),
    *("my room", "my belongings", "my things", "my complaint", "file a complaint"),
)
_LEAST = 2


def presume_roles(speaker_ids: Sequence[str], segments: Iterable[Segment], agreement: AgreementReference) -> tuple[Speaker, ...]:
    """The speakers, unconfirmed, with a presumed role where there is ground for one.

    A voice points to a role when it uses at least two different tell-tale phrases of that role and at least two more than
    of the other. Both voices must point, to different roles; else neither gets one.
    """
    open_speakers = tuple(Speaker(id=speaker) for speaker in speaker_ids)
    if len(speaker_ids) != 2 or not _only_client_and_staff(agreement):
        return open_speakers
    said = _sentences_by_speaker(segments)
    pointed = [_points_to(said.get(speaker, "")) for speaker in speaker_ids]
    if {role for role, _ in pointed} != {STAFF, CLIENT}:
        return open_speakers
    return tuple(Speaker(id=id_, role=role, presumed_from=words) for id_, (role, words) in zip(speaker_ids, pointed, strict=True))


def _only_client_and_staff(agreement: AgreementReference) -> bool:
    return not agreement.parties or sorted(party.role for party in agreement.parties) == [CLIENT, STAFF]


def _sentences_by_speaker(segments: Iterable[Segment]) -> dict[str, str]:
    """What each voice said, lower case, flagged words left out, with a break wherever the voice changes."""
    parts: dict[str, list[str]] = {}
    for segment in segments:
        previous = None
        for word in segment.words:
            if word.speaker is None or word.flags:
                previous = None
                continue
            said = parts.setdefault(word.speaker, [])
            if word.speaker != previous:
                said.append("|")
            said.append(word.text.lower().strip(".,!?;:"))
            previous = word.speaker
    return {speaker: " ".join(said) for speaker, said in parts.items()}


def _points_to(said: str) -> tuple[Role | None, tuple[str, ...]]:
    staff, client = _found(_STAFF_WORDS, said), _found(_CLIENT_WORDS, said)
    if len(staff) >= _LEAST and len(staff) - len(client) >= _LEAST:
        return STAFF, staff
    if len(client) >= _LEAST and len(client) - len(staff) >= _LEAST:
        return CLIENT, client
    return None, ()


def _found(phrases: Iterable[str], said: str) -> tuple[str, ...]:
    return tuple(phrase for phrase in phrases if re.search(rf"\b{re.escape(phrase)}\b", said))
