"""What is known of a received recording."""

from dataclasses import dataclass
from enum import StrEnum


class HandedInBy(StrEnum):
    """How the bytes reached us; a messaging app or mail may have encoded them again."""

    CABLE = "cable"
    STICK = "stick"
    MAIL = "mail"
    APP = "app"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Where a damaged file stops being readable.

    `readable_ms`: audio that could be decoded; `claimed_ms`: what the container promises, null when it says nothing;
    `errors`: number of packets that could not be decoded.
    """

    readable_ms: int
    claimed_ms: int | None
    errors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFormat:
    """What the first audio track is. `sample_rate` in Hz; `channels` at least 1; `duration_ms` of what can be decoded."""

    container: str
    codec: str
    sample_rate: int
    channels: int
    duration_ms: int
    claimed_start: str | None
    device_tags: dict[str, str]
    damage: Damage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A received recording: the document recording.json of a dossier.

    `sha256` is of the bytes as received, `samples_sha256` of the decoded samples at native rate and channels (interleaved
    little-endian 16-bit), so that a lossless copy in another container is recognised. Time zero is the first presented
    sample. `handed_in_by` is a party's id from the agreement, or null when not told.
    """

    schema: str
    sha256: str
    samples_sha256: str
    original: str
    received_name: str
    size_bytes: int
    format: AudioFormat
    received_at: str
    handed_in_by: str | None
    handed_in_how: HandedInBy | None
