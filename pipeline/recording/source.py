"""Opening a received file: this one file and nothing else is read, and only as audio.

A file can name others (a playlist, a concat script, a QuickTime data reference). FFmpeg therefore gets an open handle
instead of a name, formats and decoders from a list, no protocol at all, and a hook that refuses to open anything more.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn

import av
from av.audio.stream import AudioStream
from av.codec import codecs_available
from av.container import InputContainer
from av.stream import Discard

from pipeline.errors import InputRefused
from pipeline.recording.recognise import begins_like_a_recording, refusal_of

# Containers as FFmpeg names them. Left out on purpose: whatever reads other files (hls, concat, dash, image2, vobsub),
# raw formats that any bytes would match, and every picture and subtitle format.
_FORMATS = "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dss,eac3,flac,flv,matroska,mov,mp3,mpeg,mpegts,ogg,w64,wav,wv"
_COMMON_DECODERS = {
    "aac",
    "aac_latm",
    "ac3",
    "alac",
    "ape",
    "eac3",
    "flac",
    "mp2",
    "mp2float",
    "mp3",
    "mp3float",
    "opus",
    "vorbis",
    "wavpack",
}
_PHONE_DECODERS = {"amrnb", "amrwb", "dss_sp", "g722", "g723_1", "g729", "gsm", "gsm_ms", "nellymoser", "qcelp", "qdm2", "truespeech"}
_WINDOWS_DECODERS = {"wmalossless", "wmapro", "wmav1", "wmav2", "wmavoice"}
_PLAIN_DECODERS = {name for name in codecs_available if name.startswith(("pcm_", "adpcm_"))}
_DECODERS = _COMMON_DECODERS | _PHONE_DECODERS | _WINDOWS_DECODERS | _PLAIN_DECODERS
_OPTIONS = {"format_whitelist": _FORMATS, "codec_whitelist": ",".join(sorted(_DECODERS)), "protocol_whitelist": "none"}
_READ_BYTES = 256 * 1024
_SHOWN_NAME = 80


@contextmanager
def open_received(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a received file, read-only. Refuses whatever is not a plain, readable, non-empty file.

    A symbolic link is refused: between looking and copying it can be made to point elsewhere, and in an inbox it could
    pass off a file of another case as the one handed in. Links in the folders above the file are the operator's own.
    """
    try:
        _require_plain(path.lstat().st_mode, path)
        # Not waiting and not following, in case the file was swapped since.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise refusal("missing", path) from error
    except (OSError, ValueError) as error:
        raise refusal("unreadable", path) from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        _require_plain(status.st_mode, path)
        if status.st_size == 0:
            raise refusal("empty", path)
        yield file


def refusal(reason: str, path: Path, **details: str | int) -> InputRefused:
    """The error for a recording refused for `reason`. What is not printable in the file's name is not shown."""
    name = "".join(letter if letter.isprintable() else "�" for letter in path.name)
    shown = name if len(name) <= _SHOWN_NAME else f"{name[: _SHOWN_NAME // 2]}…{name[-_SHOWN_NAME // 2 :]}"
    return InputRefused(f"recording_{reason}", file=shown, **details)


@contextmanager
def open_audio(path: Path) -> Iterator[tuple[InputContainer, AudioStream]]:
    """The container and its first audio track. Raises InputRefused when the file cannot be used, with the reason."""
    with open_received(path) as file:
        # Before FFmpeg sees it: a protected file opens like any other and gives noise.
        if (reason := refusal_of(file)) is not None:
            raise refusal(reason, path)
        file.seek(0)
        try:
            container = av.open(
                _Unnamed(file),
                mode="r",
                options=_OPTIONS,
                metadata_errors="replace",
                buffer_size=_READ_BYTES,
                io_open=_refuse_other_files,
            )
        except (av.FFmpegError, OSError, ValueError) as error:
            raise refusal("undecodable" if begins_like_a_recording(file) else "not_media", path) from error
        with container:
            if not container.streams.audio:
                raise refusal("without_audio", path)
            stream = container.streams.audio[0]
            # Matroska names the key of an encrypted track.
            if "enc_key_id" in stream.metadata:
                raise refusal("encrypted", path)
            if stream.codec_context is None or stream.codec_context.name not in _DECODERS:
                raise refusal("codec_unknown", path)
            for other in container.streams:
                if other.index != stream.index:
                    other.discard = Discard.all
            yield container, stream


class _Unnamed:
    """A file without its name, so that only the content decides what it is."""

    def __init__(self, file: BinaryIO) -> None:
        self.read = file.read
        self.seek = file.seek
        self.tell = file.tell


def _refuse_other_files(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    del url, flags, options
    raise PermissionError("a recording may not open other files")


def _require_plain(mode: int, path: Path) -> None:
    if stat.S_ISLNK(mode):
        raise refusal("is_link", path)
    if stat.S_ISDIR(mode):
        raise refusal("is_folder", path)
    if not stat.S_ISREG(mode):
        raise refusal("is_device", path)
