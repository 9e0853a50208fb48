"""What a format writer is."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.minutes.reading import Reading


@dataclass(frozen=True, slots=True)
class Writer:
    """A document's file name in the version's folder and the function that makes its bytes."""

    file_name: str
    render: Callable[[Reading], bytes]
