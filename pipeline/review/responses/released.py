"""Which versions of the minutes went out: what the log says was released, and what the pages were made for.

A party can only have read a version that went out. A response to one that never did is not refused as strange: it says so.
"""

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.custody import Act
from pipeline.dossier.layout import Dossier
from pipeline.minutes.versions import StoredVersion, load_chain
from pipeline.review.responses.signing import ResponseKey

# A bundle holds every version there was; a page and documents hold one.
_WITH_ALL_BEFORE = "bundle"


def released_versions(dossier: Dossier) -> tuple[StoredVersion, ...]:
    """The versions that were given to somebody, oldest first. A page is known by its key, also when the log names no version."""
    chain = load_chain(dossier.minutes_folder)
    digests = {documents.read(ResponseKey, path).minutes_sha256 for path in dossier.response_keys.glob("*.json")}
    names: set[str] = set()
    for entry in custody.read(dossier):
        if entry.act is Act.RELEASED and "version" in entry.settings:
            version = str(entry.settings["version"])
            older = entry.settings.get("what") == _WITH_ALL_BEFORE
            names |= (
                {stored.minutes.version for stored in chain if _number(stored.minutes.version) <= _number(version)} if older else {version}
            )
    return tuple(stored for stored in chain if stored.sha256 in digests or stored.minutes.version in names)


def _number(version: str) -> int:
    return int(version.removeprefix("v"))
