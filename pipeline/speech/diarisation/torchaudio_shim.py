"""Import pyannote.audio quietly, locally, and beside a torchaudio that does not fit the torch that is installed.

Three traps, measured with torch 2.13.0, torchaudio 2.11.0 and pyannote.audio 4.0.7:

- The package index has torchaudio only for CUDA. Beside a CPU-only torch its native library does not load, `import
  torchaudio` raises OSError, and so does `import pyannote.audio`. What is needed of torchaudio (resampling, the Kaldi
  filter bank) is pure Python, so a stand-in for the module that loads the native part is enough. Where the native part
  does load, it is used.
- pyannote.audio reports its use over the network unless told otherwise before the import.
- torchcodec fails to load without ffmpeg; pyannote then warns at length. It is never used here: audio comes decoded.
"""

import os
import sys
import warnings
from types import ModuleType


def prepare() -> None:
    """Make `import torchaudio` and `import pyannote.audio` safe. Call it before either; calling it again does nothing."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    if "torchaudio" not in sys.modules:
        _import_torchaudio()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyannote.audio  # noqa: F401


def _import_torchaudio() -> None:
    try:
        import torchaudio
    except OSError:
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchaudio"]:
            del sys.modules[name]
        sys.modules["torchaudio._extension"] = _without_native_part()
        import torchaudio  # noqa: F401


def _without_native_part() -> ModuleType:
    stand_in = ModuleType("torchaudio._extension")
    vars(stand_in).update(_IS_TORCHAUDIO_EXT_AVAILABLE=False, fail_if_no_align=lambda function: function)
    return stand_in
