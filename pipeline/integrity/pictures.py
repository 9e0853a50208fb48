"""What a finding looks like: waveform, loudness and frequencies around it, with the place marked.

One SVG for each finding that has a place, without scripts or anything from outside, readable aloud (title, description).
The same recording and findings give the same bytes.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

from pipeline.integrity.model import CodecClass, Finding, IntegrityDocument, Level
from pipeline.integrity.png import grey_png
from pipeline.integrity.signal.excerpts import Excerpts, Span
from pipeline.integrity.signal.surroundings import has_impulse, side
from pipeline.integrity.wording import clock
from pipeline.texts import Language, Texts, texts

Samples = NDArray[np.float32]

FOLDER = "integrity"
_AROUND_MS = 3000
_LONGEST_MS = 20_000
# Findings beyond this are told in words only; so many come from damage, and pictures would fill the dossier.
_MOST = 40
# A finding on nearly the whole recording has no place to show.
_WHOLE = 0.9
_UNCOMPRESSED = (CodecClass.PCM, CodecClass.LOSSLESS)

_WIDTH, _LEFT, _RIGHT = 920, 64, 12
_INNER = _WIDTH - _LEFT - _RIGHT
_WAVE = (34, 96)
_LEVEL = (150, 76)
_STRIP = (246, 120)
_AXIS = 384
_HEIGHT = 404
_COLUMNS = 422
_ROWS = 60
_DB = (-90.0, 0.0)
_MOST_HERTZ = 8000
_GREYS = 32


@dataclass(frozen=True, slots=True)
class _View:
    """What is drawn: samples from `start_ms` on at `rate` Hz, with [mark_ms, mark_end_ms) marked."""

    samples: Samples
    rate: int
    start_ms: int
    end_ms: int
    mark_ms: int
    mark_end_ms: int

    def x(self, ms: float) -> float:
        """Where a time lies in the picture."""
        return round(_LEFT + _INNER * (ms - self.start_ms) / max(1, self.end_ms - self.start_ms), 1)


def illustrated(document: IntegrityDocument, path: Path, language: Language) -> tuple[IntegrityDocument, dict[str, bytes]]:
    """The document with its pictures named and each place described in `evidence`, and the pictures by file name.

    `path`: the recording as received. Raises InputRefused when it cannot be decoded.
    """
    recording = document.recording
    spans = {
        finding.id: _span(finding, recording.duration_ms) for finding in document.findings if _has_place(finding, recording.duration_ms)
    }
    spans = dict(list(spans.items())[:_MOST])
    rate = recording.sample_rate
    excerpts = Excerpts(rate)
    excerpts.read(path, (_samples(span, rate) for span in spans.values()))
    pictures, findings = {}, []
    for finding in document.findings:
        if finding.id not in spans:
            findings.append(finding)
            continue
        span = spans[finding.id]
        view = _View(excerpts[_samples(span, rate)], rate, *span, finding.start_ms, min(finding.end_ms, span[1]))
        seen = _surroundings(view, recording.codec_class in _UNCOMPRESSED)
        name = f"{finding.id}.svg"
        pictures[name] = _svg(view, finding, seen, texts(language))
        findings.append(replace(finding, evidence=finding.evidence | seen | {"picture": f"{FOLDER}/{name}"}))
    return replace(document, findings=tuple(findings)), pictures


def pictures_of(document: IntegrityDocument, folder: Path) -> Mapping[str, bytes]:
    """The pictures in a dossier's folder `integrity`, by the id of their finding."""
    named = {finding.id: str(finding.evidence["picture"]) for finding in document.findings if "picture" in finding.evidence}
    paths = {id_: folder / Path(name).name for id_, name in named.items()}
    return {id_: path.read_bytes() for id_, path in paths.items() if path.is_file()}


def _has_place(finding: Finding, duration_ms: int) -> bool:
    return finding.level is not Level.HISTORY and finding.end_ms - finding.start_ms < _WHOLE * max(duration_ms, 1)


def _span(finding: Finding, duration_ms: int) -> Span:
    start = max(0, finding.start_ms - _AROUND_MS)
    return start, max(start + 1, min(duration_ms, finding.end_ms + _AROUND_MS, start + _LONGEST_MS))


def _samples(span: Span, rate: int) -> Span:
    return span[0] * rate // 1000, span[1] * rate // 1000 + 1


def _surroundings(view: _View, uncompressed: bool) -> dict[str, int | float | str]:
    """Level, background and frequencies on both sides; whether the waveform jumps, which only uncompressed sound keeps."""
    first, last = ((ms - view.start_ms) * view.rate // 1000 for ms in (view.mark_ms, view.mark_end_ms))
    seen: dict[str, int | float | str] = {}
    for name, part in (("before", view.samples[:first]), ("after", view.samples[last:])):
        if (told := side(part, view.rate)) is not None:
            seen |= {f"level_{name}_db": told.level_db, f"background_{name}_db": told.background_db, f"up_to_{name}_hz": told.up_to_hz}
    if uncompressed:
        seen["impulse"] = int(has_impulse(view.samples, first, view.rate) or has_impulse(view.samples, last, view.rate))
    return seen


def _svg(view: _View, finding: Finding, seen: Mapping[str, int | float | str], say: Texts) -> bytes:
    title = say("integrity.picture.title", start=clock(finding.start_ms), end=clock(finding.end_ms))
    told = f"{finding.text.in_language(say.language)} {_said(seen, say)}".strip()
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {_WIDTH} {_HEIGHT}"',
        f' role="img" aria-labelledby="t d" lang="{say.language}" font-family="sans-serif" font-size="12">',
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(told)}</desc>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        *_strip(view),
        *_wave(view),
        *_level(view),
        *_mark(view, say),
        *_labels(view, say),
        "</svg>\n",
    ]
    return "".join(parts).encode()


def _said(seen: Mapping[str, int | float | str], say: Texts) -> str:
    """Both sides in words, where both could be measured."""
    if not {"background_before_db", "background_after_db"} <= seen.keys():
        return ""
    told = {name: value for name, value in seen.items() if isinstance(value, int)}
    return say("integrity.picture.sides", **{name: told[name] for name in _SIDE_NAMES})


_SIDE_NAMES = tuple(f"{what}_{where}_{unit}" for where in ("before", "after") for what, unit in (("background", "db"), ("up_to", "hz")))


def _columns(samples: Samples) -> list[Samples]:
    return np.array_split(samples, min(_COLUMNS, max(1, samples.size)))


def _wave(view: _View) -> Iterator[str]:
    """The highest and lowest sample of each column, as one closed shape."""
    top, height = _WAVE
    loudest = max(float(np.abs(view.samples).max(initial=0.0)), 1e-4)
    columns = _columns(view.samples)
    xs = np.linspace(_LEFT, _LEFT + _INNER, len(columns))
    middle, scale = top + height / 2, height / 2 / loudest
    upper = [f"{x:.0f},{middle - float(part.max(initial=0.0)) * scale:.1f}" for x, part in zip(xs, columns, strict=True)]
    lower = [f"{x:.0f},{middle - float(part.min(initial=0.0)) * scale:.1f}" for x, part in zip(xs, columns, strict=True)]
    yield f'<polygon points="{" ".join(upper + lower[::-1])}" fill="#1d4f91" stroke="#1d4f91" stroke-width=".6"/>'


def _level(view: _View) -> Iterator[str]:
    top, height = _LEVEL
    columns = _columns(view.samples)
    xs = np.linspace(_LEFT, _LEFT + _INNER, len(columns))
    levels = [10 * np.log10(float(np.mean(np.square(part))) + 1e-12) if part.size else _DB[0] for part in columns]
    ys = top + height * (_DB[1] - np.clip(levels, *_DB)) / (_DB[1] - _DB[0])
    points = " ".join(f"{x:.0f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    yield f'<rect x="{_LEFT}" y="{top}" width="{_INNER}" height="{height}" fill="none" stroke="#767676"/>'
    yield f'<polyline points="{points}" fill="none" stroke="#1a1a1a" stroke-width="1.2"/>'


def _strip(view: _View) -> Iterator[str]:
    """The frequencies over time, dark is strong."""
    top, height = _STRIP
    size = 1 << (view.rate // 40).bit_length()
    padded = np.pad(view.samples, (size // 2, size))
    starts = np.linspace(0, max(0, view.samples.size - 1), _COLUMNS).astype(int)
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[starts] * np.hanning(size)
    power = np.square(np.abs(rfft(frames, axis=1)))[:, 1 : 1 + _most_hertz(view.rate) * size // view.rate]
    rows = np.array_split(power, min(_ROWS, power.shape[1]), axis=1)
    level = 10 * np.log10(np.stack([row.mean(axis=1) for row in rows]) + 1e-9)
    shade = np.clip((level.max() - level) / 70, 0, 1)
    values = (np.rint(shade * (_GREYS - 1)) * (255 / (_GREYS - 1))).astype(np.uint8)[::-1]
    data = base64.b64encode(grey_png(values)).decode()
    place = f'x="{_LEFT}" y="{top}" width="{_INNER}" height="{height}" preserveAspectRatio="none"'
    yield f'<image {place} xlink:href="data:image/png;base64,{data}"/>'
    yield f'<rect x="{_LEFT}" y="{top}" width="{_INNER}" height="{height}" fill="none" stroke="#767676"/>'


def _most_hertz(rate: int) -> int:
    return min(_MOST_HERTZ, rate // 2)


def _mark(view: _View, say: Texts) -> Iterator[str]:
    """The place: shaded, with a line at both ends, so that colour is not all that tells."""
    first, last = view.x(view.mark_ms), view.x(view.mark_end_ms)
    top, bottom = _WAVE[0] - 4, _STRIP[0] + _STRIP[1]
    yield f'<rect x="{first}" y="{top}" width="{max(last - first, 1):.1f}" height="{bottom - top}" fill="#b3261e" fill-opacity=".18"/>'
    for x in sorted({first, last}):
        yield f'<line x1="{x}" y1="{top}" x2="{x}" y2="{bottom}" stroke="#b3261e" stroke-width="1.5" stroke-dasharray="6 3"/>'
    middle = min(max((first + last) / 2, _LEFT + 20), _WIDTH - _RIGHT - 20)
    yield f'<text x="{middle:.1f}" y="{top - 8}" text-anchor="middle" fill="#8c1d18">{escape(say("integrity.picture.here"))}</text>'


def _labels(view: _View, say: Texts) -> Iterator[str]:
    for name, (top, _) in (("wave", _WAVE), ("level", _LEVEL), ("frequencies", _STRIP)):
        yield f'<text x="{_LEFT}" y="{top - 5}" fill="#1a1a1a">{escape(say(f"integrity.picture.{name}"))}</text>'
    for db in (0, -30, -60, -90):
        y = _LEVEL[0] + _LEVEL[1] * (_DB[1] - db) / (_DB[1] - _DB[0])
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#1a1a1a">{db}</text>'
    most = _most_hertz(view.rate)
    for hertz, y in ((most, _STRIP[0] + 10), (0, _STRIP[0] + _STRIP[1])):
        yield f'<text x="{_LEFT - 6}" y="{y}" text-anchor="end" fill="#1a1a1a">{hertz // 1000}</text>'
    step = 1000 if view.end_ms - view.start_ms <= 10_000 else 2000
    for ms in range(-(-view.start_ms // step) * step, view.end_ms + 1, step):
        if _LEFT + 20 <= (x := view.x(ms)) <= _WIDTH - _RIGHT - 20:
            yield f'<text x="{x}" y="{_AXIS}" text-anchor="middle" fill="#1a1a1a">{clock(ms)}</text>'
