"""Each in a process of its own: what is imported, and in which order, is what is tested."""

import os
import subprocess
import sys


def run(code: str, **environment: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_pyannote_imports_beside_any_torch_says_nothing_and_reports_nothing() -> None:
    code = """
from pipeline.speech.diarisation import torchaudio_shim
torchaudio_shim.prepare()
torchaudio_shim.prepare()
import torch
from pyannote.audio.telemetry.metrics import is_metrics_enabled
from torchaudio.compliance import kaldi
assert kaldi.fbank(torch.randn(1, 1600), num_mel_bins=80, dither=0.0).shape == (8, 80)
assert not is_metrics_enabled()
"""
    assert run(code, PYANNOTE_METRICS_ENABLED="1") == ""


def test_an_import_that_failed_elsewhere_before_does_no_harm() -> None:
    code = """
try:
    import torchaudio
except OSError:
    pass
from pipeline.speech.diarisation import torchaudio_shim
torchaudio_shim._import_torchaudio()
import torchaudio.functional
"""
    run(code)


def test_choosing_a_diariser_costs_no_heavy_import() -> None:
    code = """
import sys
import pipeline.speech.diarisation
assert not {"torch", "torchaudio", "pyannote"} & set(sys.modules), "heavy"
"""
    run(code)
