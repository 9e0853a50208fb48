"""Office files are zip archives that remember when they were packed; the same minutes must give the same bytes."""

import io
import zipfile

# The earliest moment a zip archive can hold.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def without_clock(archive: bytes) -> bytes:
    """The same archive, members in the same order and packed the same way, without the time of packing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(packed, "w") as target:
        for member in source.infolist():
            entry = zipfile.ZipInfo(member.filename, _MOMENT)
            entry.compress_type = member.compress_type
            entry.external_attr = 0o644 << 16
            target.writestr(entry, source.read(member))
    return packed.getvalue()
