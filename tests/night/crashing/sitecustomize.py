"""On the import path of a worker this makes the decoder die, as a native library does, of any file with these words in it."""

import os
import signal
from typing import Any

import av

WORDS = b"this breaks the decoder"
_open = av.open


def open_or_die(file: Any, *arguments: Any, **options: Any) -> Any:
    if hasattr(file, "read"):
        begin = file.read(4096)
        file.seek(0)
        if WORDS in begin:
            os.kill(os.getpid(), signal.SIGSEGV)
    return _open(file, *arguments, **options)


av.open = open_or_die
