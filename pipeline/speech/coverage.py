"""TEMPORARY stand-in by the lead until the transcription helper's real audit lands: overwrite this file."""

from dataclasses import replace  # noqa: F401

from pipeline.recording.speech_audio import SpeechAudio
from pipeline.settings import Speech
from pipeline.speech.model import CoverageKind, CoverageSpan, Diarisation, SpeechRecord, Transcription


def audit(transcription: Transcription, diarisation: Diarisation, audio: SpeechAudio, speech: Speech) -> SpeechRecord:
    """Stand-in."""
    return SpeechRecord(
        schema="wederhoor/speech/1",
        engines=(transcription.engine, diarisation.engine),
        segments=transcription.segments,
        turns=diarisation.turns,
        languages=transcription.languages,
        coverage=(CoverageSpan(start_ms=0, end_ms=audio.duration_ms, kind=CoverageKind.TRANSCRIBED),),
    )
