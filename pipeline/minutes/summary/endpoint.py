"""A language model behind an OpenAI-compatible endpoint on this machine, asked over plain HTTP with a time and a size limit.

No proxy is used and no redirect followed. An endpoint beyond this machine is refused unless the agreement names its host as a
processor; then only over TLS.
"""

import http.client
import ipaddress
import json
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import ModelUnavailable, RefusedByRule, UsageError
from pipeline.settings import LanguageModel

_CHUNK = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where to ask. `address` is the IP address that is connected to, so that a name cannot lead elsewhere later."""

    host: str
    address: str
    port: int
    path: str
    secure: bool
    settings: LanguageModel

    def ask(self, system: str, data: str) -> str:
        """The model's answer to a question about data.

        Raises ModelUnavailable (summary_model_failed) when there is none within the limits, or it is not one.
        """
        body = json.dumps(
            {
                "model": self.settings.name,
                "messages": [{"role": "system", "content": system}, {"role": "user", "content": data}],
                "temperature": 0,
                "stream": False,
            }
        ).encode()
        try:
            return _content(self._post(body))
        except (OSError, http.client.HTTPException, ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
            raise ModelUnavailable("summary_model_failed", kind=type(error).__name__) from None

    def _post(self, body: bytes) -> bytes:
        ends = time.monotonic() + self.settings.timeout_seconds
        kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        # A certificate is checked against the name; on this machine the address itself is the name.
        connection = kind(self.host if self.secure else self.address, self.port, timeout=self.settings.timeout_seconds)
        try:
            connection.request("POST", f"{self.path}/chat/completions", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            if response.status != http.HTTPStatus.OK:
                raise ValueError("status")
            answer = b""
            while chunk := self._read(connection, response, ends):
                answer += chunk
                if len(answer) > self.settings.max_answer_bytes:
                    raise ValueError("size")
            return answer
        finally:
            connection.close()

    def _read(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse, ends: float) -> bytes:
        """What comes next. The limit is on the whole answer: one byte a second must not keep the night waiting."""
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)
        return response.read1(_CHUNK)


def endpoint_for(settings: LanguageModel, processors: Sequence[str]) -> Endpoint | None:
    """The endpoint of the settings, null when there is none. `processors`: the others the agreement names.

    Raises UsageError for an address that is none, RefusedByRule for one beyond this machine that the agreement does not name.
    """
    if not settings.url:
        return None
    try:
        parts = urlsplit(settings.url)
        host, port, secure = parts.hostname or "", parts.port, parts.scheme == "https"
    except ValueError:
        raise UsageError("summary_model_url") from None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
        raise UsageError("summary_model_url")
    address = _on_this_machine(host)
    if address is None:
        agreed = bool(settings.processor) and settings.processor in processors
        if not agreed or not secure:
            raise RefusedByRule("summary_model_beyond", processor=settings.processor or "-")
        address = host
    return Endpoint(
        host=host, address=address, port=port or (443 if secure else 80), path=parts.path.rstrip("/"), secure=secure, settings=settings
    )


def _on_this_machine(host: str) -> str | None:
    """The loopback address a host name stands for; null when it is, or may be, another machine."""
    try:
        return str(ipaddress.ip_address(host)) if ipaddress.ip_address(host).is_loopback else None
    except ValueError:
        pass
    if host != "localhost":
        return None
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError:
        return "127.0.0.1"
    # The IPv4 address first: that is where such servers listen.
    return min(found) if found and all(ipaddress.ip_address(address).is_loopback for address in found) else None


def _content(answer: bytes) -> str:
    plain: Any = json.loads(answer)
    text = plain["choices"][0]["message"]["content"]
    if not isinstance(text, str):
        raise TypeError
    return text
