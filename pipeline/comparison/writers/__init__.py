"""The documents of a comparison beside its page: for a word processor and on paper."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.comparison.reading import ComparisonReading
from pipeline.comparison.writers import docx, pdf


@dataclass(frozen=True, slots=True)
class Writer:
    """A document's file name and the function that makes its bytes."""

    file_name: str
    render: Callable[[ComparisonReading], bytes]


WRITERS = (Writer("vergelijking.docx", docx.render), Writer("vergelijking.pdf", pdf.render))
