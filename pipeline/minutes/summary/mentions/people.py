"""Every mention of a person by name, found by the rules of the pseudonymised copy."""

from collections.abc import Sequence

from pipeline.minutes.pseudonymise.find import find_personal_data
from pipeline.minutes.pseudonymise.model import Kind, Known
from pipeline.minutes.summary.mentions.row import Mention
from pipeline.minutes.summary.spoken import Conversation

PERSON = "person"


def find_people(conversation: Conversation, known: Sequence[str] = ()) -> tuple[Mention, ...]:
    """Every name of a person, in order. `known`: names from the agreement."""
    lines = [utterance.text.replace("\n", " ") for utterance in conversation.utterances]
    items = find_personal_data("\n".join(lines), Known(persons=tuple(known)))
    persons = iter([item for item in items if item.kind is Kind.PERSON])
    found: list[Mention] = []
    start = 0
    item = next(persons, None)
    for utterance, line in zip(conversation.utterances, lines, strict=True):
        while item is not None and item.start < start + len(line):
            first, last = item.start - start, item.end - start
            found.append(Mention(utterance.id, first, last, line[first:last], PERSON))
            item = next(persons, None)
        start += len(line) + 1
    return tuple(found)
