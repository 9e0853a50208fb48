"""Where the files that travel with the package lie: settings, texts, schemas and the sample."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# An installed wheel carries these folders inside the package; a checkout has them beside it.
_ROOT = _PACKAGE / "shipped" if (_PACKAGE / "shipped").is_dir() else _PACKAGE.parent

CONFIG = _ROOT / "config"
SAMPLE_AUDIO = _ROOT / "sample_audio"
SCHEMAS = _PACKAGE / "schemas"
