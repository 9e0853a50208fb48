"""Closed responses: not to be read by anybody before both have responded, encrypted to the committee's key from the agreement.

A party's page can close a response itself: then nobody but the committee ever has it open. A response on paper, or saved open,
is closed by whoever takes it in. Without a key of the committee none of this is offered.
"""

from dataclasses import dataclass
from typing import Any

import pyrage

from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.layout import Dossier
from pipeline.errors import InputRefused, RefusedByRule, UsageError
from pipeline.minutes.hearing import side_of
from pipeline.minutes.model import Minutes

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_HUMAN_PART, _CHECKSUM, _KEY_BITS = len("age1"), 6, 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What a page needs to close a response. `key`: the committee's X25519 key in hexadecimal; `usual`: the other side's is closed."""

    key: str
    usual: bool


def closing_for(dossier: Dossier, minutes: Minutes, party: str) -> Closing | None:
    """How this party can close its response; null without a key, or when the other side's response can be read already."""
    text = _committee_key(dossier)
    if text is None or _other_is_open(minutes, party):
        return None
    _recipient(text)
    return Closing(key=raw_key(text).hex(), usual=any(response.closed for response in minutes.responses))


def committee_recipient(dossier: Dossier, minutes: Minutes, party: str, *, closed: bool) -> Any | None:
    """The committee's age key when this response must be closed; null when it is open. Once one is closed, those that follow are.

    Raises UsageError when the agreement has no such key, RefusedByRule when the other party's response can be read already.
    """
    if not closed and not any(response.closed for response in minutes.responses):
        return None
    if _other_is_open(minutes, party):
        raise RefusedByRule("blind_no_longer")
    text = _committee_key(dossier)
    if text is None:
        raise UsageError("blind_without_key")
    return _recipient(text)


def is_committees(dossier: Dossier, identity: Any) -> bool:
    """Whether this private key is the one the agreement names: what it does not open then, nobody opens."""
    return str(identity.to_public()) == _committee_key(dossier)


def _other_is_open(minutes: Minutes, party: str) -> bool:
    side, _ = side_of(minutes, party)
    return any(not response.closed and response.side is not side for response in minutes.responses)


def _committee_key(dossier: Dossier) -> str | None:
    agreement = agreement_of(dossier)
    key = agreement.procedure.committee_age_key if agreement else None
    return key.strip() if key and key.strip() else None


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise InputRefused("age_key_invalid") from error


def raw_key(text: str) -> bytes:
    """The 32 bytes in an age key that was checked: Bech32 (BIP 173), five bits a letter, the last bits of the last letter unused."""
    letters = text.lower()[_HUMAN_PART:-_CHECKSUM]
    value = 0
    for letter in letters:
        value = value << 5 | _BECH32.index(letter)
    return (value >> (5 * len(letters) - _KEY_BITS)).to_bytes(_KEY_BITS // 8)
