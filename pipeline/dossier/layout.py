"""Where things lie in a dossier on disk; see the README's architecture section."""

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline import documents
from pipeline.errors import InputRefused
from pipeline.recording.model import Recording


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
    def without_agreement(self) -> Path:
        """Why there is no agreement, in the words of whoever handed in the recording; there only when they said so."""
        return self.path / "without-agreement.txt"

    @property
    def earlier_agreements(self) -> Path:
        """Agreements that a later one took the place of, by digest."""
        return self.path / "agreements"

    @property
    def recording_folder(self) -> Path:
        """Original, listening copy and recording.json."""
        return self.path / "recording"

    @property
    def recording_json(self) -> Path:
        """What is known of the recording."""
        return self.recording_folder / "recording.json"

    def recording(self) -> Recording:
        """The document recording.json. Raises InputRefused when it is no such document."""
        return documents.read(Recording, self.recording_json)

    def original(self) -> Path:
        """The original as received; never opened for writing."""
        name = self.recording().original
        if not re.fullmatch(r"original\.[a-z0-9]{1,8}", name):
            raise InputRefused("document_invalid")
        return self.recording_folder / name

    @property
    def listening_copy(self) -> Path:
        """The derived copy that browsers play and seek; not the original."""
        return self.recording_folder / "listening.m4a"

    @property
    def outline(self) -> Path:
        """The loudness of the recording over time, for drawing a waveform."""
        return self.recording_folder / "outline.json"

    @property
    def integrity(self) -> Path:
        """The findings of the cut check."""
        return self.path / "integrity.json"

    @property
    def integrity_pictures(self) -> Path:
        """A picture of each finding that has a place."""
        return self.path / "integrity"

    @property
    def minutes_folder(self) -> Path:
        """One folder per version (v001 ...) and the file `current`."""
        return self.path / "minutes"

    @property
    def responses(self) -> Path:
        """What the parties responded, as it was handed in: <party>-<n>.jsonld, with scans and sound beside it."""
        return self.path / "responses"

    @property
    def response_keys(self) -> Path:
        """The public half of the key in each page that was given to a party."""
        return self.responses / "keys"

    @property
    def countersignatures(self) -> Path:
        """What parties signed to confirm which log they were shown."""
        return self.path / "countersignatures"

    @property
    def holds(self) -> Path:
        """Why a hold was asked for or ended, in people's own words, by digest."""
        return self.path / "holds"

    @property
    def deletions(self) -> Path:
        """The proofs of what was deleted."""
        return self.path / "deletions"

    @property
    def custody_log(self) -> Path:
        """The append-only, hash-chained log."""
        return self.path / "custody.jsonl"

    @property
    def work(self) -> Path:
        """Stage results; may be deleted, never needed to read or verify the dossier."""
        return self.path / "work"
