"""Reading a response file: outside data, bounded in size and strict in what it may hold."""

import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeVar

from pydantic import ValidationError

from pipeline.errors import InputRefused, VerificationFailed
from pipeline.review.responses.document import ClosedFile, ResponseFile
from pipeline.review.responses.signing import ResponseKey, signed_message

MAX_RESPONSE_BYTES = 8 * 1024**2
_MAX_INTEGER_DIGITS = 9
# The page writes the schema first; a file that says so elsewhere is read as an open response, and refused.
_CLOSED = re.compile(rb'"schema"\s*:\s*"wederhoor/closed-response/')
_LOOK_AHEAD = 200
_File = TypeVar("_File", ResponseFile, ClosedFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class _FromParty(Generic[_File]):
    """A file of a party as it came in: its bytes, and what stands in it."""

    data: bytes
    plain: dict[str, Any]
    response: _File

    def check_signature(self, key: ResponseKey) -> None:
        """Raise VerificationFailed unless this key signed exactly this file, and it is the key of the party it names."""
        proof, party = self.response.proof, self.response.creator.party
        if proof is None or not key.holds(proof.value, signed_message(self.plain)):
            raise VerificationFailed("response_signature_wrong")
        if key.party != party:
            raise VerificationFailed("response_key_of_other", party=party)


class ReceivedFile(_FromParty[ResponseFile]):
    """A response that can be read."""

    __slots__ = ()

    @property
    def spoken_of(self) -> frozenset[str]:
        """The digests of the versions it speaks of."""
        return frozenset((self.response.minutes.sha256, *(one.target.minutes_sha256 for one in self.response.first.items)))


class ReceivedClosed(_FromParty[ClosedFile]):
    """A closed response; what it says is for the committee."""

    __slots__ = ()

    @property
    def spoken_of(self) -> frozenset[str]:
        """The digest of the version that lay before the party; what is inside may speak of earlier ones."""
        return frozenset((self.response.minutes.sha256,))


Received = ReceivedFile | ReceivedClosed


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
    plain, response = _parsed(data, name, ResponseFile)
    return ReceivedFile(data=data, plain=plain, response=response)


def parse_received(data: bytes, name: str) -> Received:
    """The response in these bytes, open or closed. Raises InputRefused."""
    if _CLOSED.search(data, 0, _LOOK_AHEAD) is None:
        return parse_response(data, name)
    plain, closed = _parsed(data, name, ClosedFile)
    return ReceivedClosed(data=data, plain=plain, response=closed)


def _parsed(data: bytes, name: str, kind: type[_File]) -> tuple[dict[str, Any], _File]:
    if len(data) > MAX_RESPONSE_BYTES:
        raise InputRefused("response_too_large", file=name, megabytes=MAX_RESPONSE_BYTES // 1024**2)
    try:
        text = data.decode("utf-8-sig")
        plain = json.loads(text, object_pairs_hook=_no_repeats, parse_float=_no_number, parse_constant=_no_number, parse_int=_integer)
        # Lone surrogates are no text: they could not be written down again.
        response = kind.model_validate_json(json.dumps(plain, ensure_ascii=False).encode())
    except (ValidationError, ValueError, RecursionError):
        raise InputRefused("response_invalid", file=name) from None
    return plain, response


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
