"""What someone outside holds: the hashes on a receipt."""

from __future__ import annotations

import re
from dataclasses import dataclass

CONTROL_DIGITS = 60


@dataclass(frozen=True)
class Outside:
    """Hashes from a receipt or a countersignature that was kept elsewhere."""

    hashes: frozenset[str]
    digits: frozenset[str]

    def names(self, sha256: str) -> bool:
        """Whether the receipt names this hash, in full or as control digits."""
        return sha256 in self.hashes or control_digits(sha256) in self.digits


def read_receipt(text: str) -> Outside:
    """The hashes and control digits in a receipt, whatever language or layout it has, or in what its QR code says."""
    lower = text.lower()
    hashes = re.findall(r"\b[0-9a-f]{64}\b|\b(?:[0-9a-f]{8}\s+){7}[0-9a-f]{8}\b", lower)
    digits = re.findall(r"\b\d{60}\b|\b(?:\d{5}[\s.-]+){11}\d{5}\b", lower)
    typed = re.sub(r"[\s.-]", "", lower)
    digits += [typed] if re.fullmatch(r"\d{60}", typed) else []
    return Outside(frozenset(re.sub(r"\s", "", found) for found in hashes), frozenset(re.sub(r"\D", "", found) for found in digits))


def control_digits(sha256: str) -> str:
    """A hash as sixty decimal digits (199 bits), short enough to write down and read to each other."""
    return str(int(sha256, 16) % 10**CONTROL_DIGITS).zfill(CONTROL_DIGITS)
