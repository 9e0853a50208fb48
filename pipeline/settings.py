"""Every setting, typed: defaults < config/wederhoor.toml < the file in WEDERHOOR_CONFIG < environment < command line.

An environment variable is named WEDERHOOR_<SECTION>__<NAME>, for instance WEDERHOOR_SPEECH__BEAM_SIZE=1.
"""

import os
from datetime import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from pipeline.shipped import CONFIG
from pipeline.texts import Language

_NAME_TO_FILL_IN = "naam van de organisatie"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Organisation(_Section):
    """Who answers for the recordings; printed in documents."""

    name: str = _NAME_TO_FILL_IN
    contact: str = ""

    @property
    def is_named(self) -> bool:
        """Whether somebody filled in the name."""
        return self.name not in ("", _NAME_TO_FILL_IN)


class Paths(_Section):
    """Where Wederhoor keeps things. A leading ~ is the user's home."""

    data: Path = Path("~/.local/share/wederhoor")
    output: Path = Path("output")
    group: str = ""

    @property
    def releases(self) -> Path:
        """The folder of what is made ready to hand over."""
        return self.output / "releases"

    @property
    def comparisons(self) -> Path:
        """The folder of comparisons of files that are in no dossier."""
        return self.output / "comparisons"

    @property
    def weights(self) -> Path:
        """The folder of the verified model weights."""
        return self.data.expanduser() / "weights"

    @property
    def keys(self) -> Path:
        """The folder of the organisation's signing keys; outside every dossier."""
        return self.data.expanduser() / "keys"

    @property
    def deletions(self) -> Path:
        """A copy of the proof of every deletion; what tells, after an older backup was put back, what must go again."""
        return self.data.expanduser() / "deletions"


class Recordings(_Section):
    """Bounds on what is received."""

    max_duration_hours: float = Field(default=12.0, gt=0)
    max_size_gb: float = Field(default=64.0, gt=0)


class Speech(_Section):
    """Transcription."""

    engine: str = "faster-whisper"
    model: str = "whisper-base"
    language: Literal["nl", "en", "auto"] = "nl"
    beam_size: int = Field(default=5, ge=1, le=20)
    device: str = "cpu"
    threads: int = Field(default=1, ge=1)
    uncertain_below: float = Field(default=0.6, ge=0, le=1)
    glossary: Path | None = None


class Diarisation(_Section):
    """Who spoke when."""

    engine: str = "pyannote"
    min_speakers: int = Field(default=1, ge=1)
    max_speakers: int = Field(default=12, ge=1)


class Workers(_Section):
    """Heavy stages run in a worker process with a time limit."""

    minimum_limit_seconds: float = Field(default=600.0, gt=0)
    limit_per_audio_second: float = Field(default=6.0, gt=0)


class Retention(_Section):
    """How long recordings and minutes are kept where the agreement has no date, and how deletion is announced."""

    audio_days: int | None = Field(default=None, ge=0)
    minutes_days: int | None = Field(default=None, ge=0)
    notice_days: int = Field(default=14, ge=0, le=365)
    search: tuple[Path, ...] = ()
    backups: tuple[str, ...] = ()


class Privacy(_Section):
    """What the leaflet tells clients. Where a value is missing, it says that it is agreed for each conversation, or leaves a line."""

    purpose: str = ""
    regulations: str = ""
    complaints: str = ""
    officer: str = ""


class Mail(_Section):
    """A mail with the night's counts, sent when `to` is set."""

    host: str = "localhost"
    port: int = Field(default=25, ge=1, le=65535)
    starttls: bool = True
    sender: str = "wederhoor@localhost"
    to: tuple[str, ...] = ()


class NightModel(_Section):
    """A model the night may use. `cost`: CPU-seconds of the whole job per second of sound."""

    name: str
    cost: float = Field(gt=0)


class Night(_Section):
    """The night batch. Sizes in GB (10^9 bytes); `models`: the most accurate first."""

    inbox: Path = Path("inbox")
    cases: Path = Path("zaken")
    reports: Path = Path("nachtrapporten")
    starts: time = time(22, 30)
    ends: time = time(6, 30)
    timezone: str = "Europe/Amsterdam"
    settle_seconds: float = Field(default=60.0, ge=0)
    lease_seconds: float = Field(default=180.0, gt=0)
    workers: int = Field(default=0, ge=0, le=256)
    memory_per_worker_gb: float = Field(default=1.6, gt=0)
    minimum_free_gb: float = Field(default=2.0, ge=0)
    grace_minutes: float = Field(default=60.0, ge=0)
    share_back_minutes: float = Field(default=15.0, ge=0)
    most_attempts: int = Field(default=5, ge=1)
    keep_days: int = Field(default=90, ge=2)
    models: tuple[NightModel, ...] = (
        NightModel(name="whisper-large-v2", cost=2.9),
        NightModel(name="whisper-medium", cost=1.5),
        NightModel(name="whisper-small", cost=0.55),
        NightModel(name="whisper-base", cost=0.25),
    )
    webhook: str = ""
    mail: Mail = Mail()


class LanguageModel(_Section):
    """A language model on this machine that may draft the summary; off while `url` is empty.

    `url`: an OpenAI-compatible endpoint; `name`: the model. Beyond this machine only where the agreement names `processor`.
    Sizes in bytes.
    """

    url: str = ""
    name: str = ""
    processor: str = ""
    timeout_seconds: float = Field(default=60.0, gt=0, le=600)
    max_prompt_bytes: int = Field(default=60_000, ge=1_000, le=2_000_000)
    max_answer_bytes: int = Field(default=200_000, ge=1_000, le=5_000_000)


class Summary(_Section):
    """The summary of a conversation. `template`: the organisation's own form instead of config/summary.toml."""

    template: Path | None = None
    length: Literal["short", "full"] = "full"
    model: LanguageModel = LanguageModel()


class Settings(BaseSettings):
    """All settings of one run."""

    model_config = SettingsConfigDict(env_prefix="WEDERHOOR_", env_nested_delimiter="__", extra="forbid", frozen=True)

    report_language: Language = Language.DUTCH
    organisation: Organisation = Organisation()
    privacy: Privacy = Privacy()
    paths: Paths = Paths()
    recordings: Recordings = Recordings()
    speech: Speech = Speech()
    diarisation: Diarisation = Diarisation()
    workers: Workers = Workers()
    retention: Retention = Retention()
    night: Night = Night()
    summary: Summary = Summary()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line first, then environment, then the files; no .env and no secrets folder."""
        del dotenv_settings, file_secret_settings
        files = [CONFIG / "wederhoor.toml"]
        if own := os.environ.get("WEDERHOOR_CONFIG"):
            files.append(Path(own))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=files)
