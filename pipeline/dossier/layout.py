"""Where things lie in a dossier on disk; see the README's architecture section."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputRefused


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier's folder and the names inside it."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> "Dossier":
        """The dossier at `path`. Raises InputRefused when the folder is not a dossier."""
        dossier = cls(path)
        if not dossier.recording_json.is_file() or not dossier.custody_log.is_file():
            raise InputRefused("not_a_dossier", folder=path.name)
        return dossier

    @property
    def agreement(self) -> Path:
        """The agreement as handed in."""
        return self.path / "agreement.toml"

    @property
    def recording_folder(self) -> Path:
        """Original, listening copy and recording.json."""
        return self.path / "recording"

    @property
    def recording_json(self) -> Path:
        """What is known of the recording."""
        return self.recording_folder / "recording.json"

    @property
    def listening_copy(self) -> Path:
        """The derived copy that browsers play and seek; not the original."""
        return self.recording_folder / "listening.m4a"

    @property
    def minutes_folder(self) -> Path:
        """One folder per version (v001 ...) and the file `current`."""
        return self.path / "minutes"

    @property
    def custody_log(self) -> Path:
        """The append-only, hash-chained log."""
        return self.path / "custody.jsonl"

    @property
    def work(self) -> Path:
        """Stage results; may be deleted, never needed to read or verify the dossier."""
        return self.path / "work"
