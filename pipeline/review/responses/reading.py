"""Reading a response file: outside data, bounded in size and strict in what it may hold."""

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from pipeline.errors import InputRefused, VerificationFailed
from pipeline.review.responses.document import ResponseFile
from pipeline.review.responses.signing import ResponseKey, signed_message

MAX_RESPONSE_BYTES = 8 * 1024**2
_MAX_INTEGER_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """A response file as it came in: its bytes, and what stands in it."""

    data: bytes
    plain: dict[str, Any]
    response: ResponseFile

    def check_signature(self, key: ResponseKey) -> None:
        """Raise VerificationFailed unless this key signed exactly this file, and it is the key of the party it names."""
        proof = self.response.proof
        if proof is None or not key.holds(proof.value, signed_message(self.plain)):
            raise VerificationFailed("response_signature_wrong")
        if key.party != self.response.creator.party:
            raise VerificationFailed("response_key_of_other", party=self.response.creator.party)


def read_response_bytes(path: Path) -> bytes:
    """The bytes of a response file; links, folders, devices and files that are too large are refused."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise InputRefused("response_not_readable", file=path.name)
            data = file.read(MAX_RESPONSE_BYTES + 1)
    except OSError as error:
        raise InputRefused("response_not_readable", file=path.name) from error
    return data


def parse_response(data: bytes, name: str) -> ReceivedFile:
    """The response in these bytes. `name`: the file's name, for the sentence of a refusal. Raises InputRefused."""
    if len(data) > MAX_RESPONSE_BYTES:
        raise InputRefused("response_too_large", file=name, megabytes=MAX_RESPONSE_BYTES // 1024**2)
    try:
        text = data.decode("utf-8-sig")
        plain = json.loads(text, object_pairs_hook=_no_repeats, parse_float=_no_number, parse_constant=_no_number, parse_int=_integer)
        # Lone surrogates are no text: they could not be written down again.
        response = ResponseFile.model_validate_json(json.dumps(plain, ensure_ascii=False).encode())
    except (ValidationError, ValueError, RecursionError):
        raise InputRefused("response_invalid", file=name) from None
    return ReceivedFile(data=data, plain=plain, response=response)


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) != len(pairs):
        raise ValueError("a name twice in one object")
    return plain


def _no_number(_: str) -> NoReturn:
    raise ValueError("only whole numbers")


def _integer(digits: str) -> int:
    if len(digits) > _MAX_INTEGER_DIGITS:
        raise ValueError("a number of a person's size")
    return int(digits)
