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
    """What of a damaged file cannot be heard.

    `readable_ms`: audio that could be decoded; `missing_ms`: audio missing in between, silence on the recording's clock;
    `claimed_ms`: what the container promises, null when it says nothing; `errors`: packets that could not be read or decoded.
    """

    readable_ms: int
    missing_ms: int
    claimed_ms: int | None
    errors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFormat:
    """What the first audio track is.

    `container` and `codec` as FFmpeg names them; `sample_rate` in Hz; `channels` at least 1; `duration_ms` from the first to
    the last sample that can be decoded, rounded down, what is missing in between included.
    """

    container: str
    codec: str
    sample_rate: int
    channels: int
    duration_ms: int
    claimed_start: str | None
    device_tags: dict[str, str]
    damage: Damage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What one pass over a file tells. `samples_sha256` is as in Recording."""

    format: AudioFormat
    samples_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A received recording: the document recording.json of a dossier.

    `sha256` is of the bytes as received, `samples_sha256` of the decoded samples at native rate and channels (interleaved
    little-endian 16-bit, only what is in the file), so that a lossless copy in another container is recognised. Time zero is
    the first presented sample. `handed_in_by` is a party's id from the agreement, or null when not told.
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
