"""What a reader sees of a comparison: the one reading that the page, the DOCX and the PDF are all written from."""

from pipeline.comparison.reading.compose import read_comparison
from pipeline.comparison.reading.model import ComparisonReading

__all__ = ["ComparisonReading", "read_comparison"]
