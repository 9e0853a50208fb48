"""Lines laid out in tiers, as annotation programs want them: one voice per tier and nothing in a tier at the same time."""

from dataclasses import dataclass

from pipeline.minutes.reading import Reading, ReadingLine


@dataclass(frozen=True, slots=True)
class Tier:
    """Lines of one voice (`speaker_id` null: nobody could be named) that do not overlap, in order of time."""

    name: str
    speaker_id: str | None
    lines: tuple[ReadingLine, ...]


def tiers(reading: Reading) -> tuple[Tier, ...]:
    """Every line of the minutes in exactly one tier; a voice gets a second tier only where its own lines overlap."""
    voices: dict[str | None, list[list[ReadingLine]]] = {speaker.id: [] for speaker in reading.minutes.speakers}
    for line in reading.lines:
        layers = voices.setdefault(line.speaker_id, [])
        free = next((layer for layer in layers if layer[-1].end_ms <= line.start_ms), None)
        if free is None:
            layers.append([line])
        else:
            free.append(line)
    return tuple(
        Tier(layer[0].speaker if number == 1 else f"{layer[0].speaker} {number}", speaker_id, tuple(layer))
        for speaker_id, layers in voices.items()
        for number, layer in enumerate(layers, start=1)
    )
