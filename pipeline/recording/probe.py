"""Inspecting a received file in one pass: what it is, how much of it can be decoded, and a digest of its samples."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pipeline.recording.claims import claimed_ms
from pipeline.recording.model import AudioFormat, Damage, Inspection
from pipeline.recording.pcm import to_int16
from pipeline.recording.source import open_received, refusal
from pipeline.recording.track import Track, open_track
from pipeline.settings import Recordings

_SHORTFALL_MS = 500
# What tells the recording device and its software. Never place, artist or comment: those are about people.
_ANDROID_TAGS = {f"com.android.{name}" for name in ("manufacturer", "model", "version")}
_APPLE_TAGS = {f"com.apple.quicktime.{name}" for name in ("make", "model", "software")}
_FILE_TAGS = {"compatible_brands", "encoder", "handler_name", "major_brand", "minor_version", "vendor_id", "wmfsdkversion"}
_RECORDER_TAGS = {"coding_history", "make", "model", "originator", "software"}
_DEVICE_TAGS = _ANDROID_TAGS | _APPLE_TAGS | _FILE_TAGS | _RECORDER_TAGS
_START_TAGS = ("com.apple.quicktime.creationdate", "creation_time", "date", "wm/encodingtime")
_LONGEST_TAG = 200


def inspect(path: Path, limits: Recordings) -> Inspection:
    """Decode a file from start to end, streamed. Raises InputRefused, with a reason for each kind of file that is no use.

    A file that is damaged half-way is inspected as far as it goes, and the damage is told. The digest of a lossy codec's
    samples depends on decoder and processor: compare it on one machine only.
    """
    with open_received(path) as file:
        if file.seek(0, 2) > limits.max_size_gb * 1e9:
            raise refusal("too_large", path, limit=f"{limits.max_size_gb:g}")
    with open_track(path) as track:
        digest = hashlib.sha256()
        decoded = missing = 0
        for piece in track.pieces():
            digest.update(np.ascontiguousarray(to_int16(piece.samples).T).data)
            decoded += piece.samples.shape[1]
            missing += piece.missing
            if decoded + missing > limits.max_duration_hours * 3600 * track.rate:
                raise refusal("too_long", path, limit=f"{limits.max_duration_hours:g}")
        if (duration_ms := _milliseconds(decoded + missing, track.rate)) == 0:
            raise refusal("without_samples", path)
        tags = _tags(track)
        described = AudioFormat(
            container=track.container.format.name.partition(",")[0],
            codec=track.stream.codec_context.codec.canonical_name,
            sample_rate=track.rate,
            channels=track.channels,
            duration_ms=duration_ms,
            claimed_start=_claimed_start(tags),
            device_tags={name: value for name, value in tags.items() if name in _DEVICE_TAGS},
            damage=_damage(track, path, decoded, missing),
        )
    return Inspection(format=described, samples_sha256=digest.hexdigest())


def _damage(track: Track, path: Path, decoded: int, missing: int) -> Damage | None:
    with open_received(path) as file:
        claimed = claimed_ms(track, file)
    short = claimed is not None and claimed - _milliseconds(decoded + missing, track.rate) > _SHORTFALL_MS
    if not (short or missing or track.errors):
        return None
    return Damage(
        readable_ms=_milliseconds(decoded, track.rate),
        missing_ms=_milliseconds(missing, track.rate),
        claimed_ms=claimed,
        errors=track.errors,
    )


def _tags(track: Track) -> dict[str, str]:
    both: Mapping[str, str] = {**track.stream.metadata, **track.container.metadata}
    return {name.lower(): _printable(value)[:_LONGEST_TAG] for name, value in both.items()}


def _claimed_start(tags: Mapping[str, str]) -> str | None:
    # A broadcast wave file states date and time apart.
    if "date" in tags and "creation_time" in tags and "-" not in tags["creation_time"]:
        return f"{tags['date']}T{tags['creation_time']}"
    return next((tags[name] for name in _START_TAGS if tags.get(name)), None)


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def _milliseconds(samples: int, rate: int) -> int:
    return samples * 1000 // rate
