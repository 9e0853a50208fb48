"""Every test of the cut check, in the order in which a reader gets them."""

from pipeline.integrity.model import Detector
from pipeline.integrity.signal.copies import CopyDetector
from pipeline.integrity.signal.grid import GridDetector
from pipeline.integrity.signal.hum import HumDetector
from pipeline.integrity.signal.silence import SilenceDetector
from pipeline.integrity.structure.detector import StructureDetector

DETECTORS: tuple[Detector, ...] = (StructureDetector(), SilenceDetector(), GridDetector(), CopyDetector(), HumDetector())
