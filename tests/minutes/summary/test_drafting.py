import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipeline.errors import RefusedByRule, UsageError
from pipeline.minutes.model import SummarySentence
from pipeline.minutes.summary.drafting import MODEL, drafted
from pipeline.minutes.summary.endpoint import endpoint_for
from pipeline.minutes.summary.setting import Setting
from pipeline.minutes.summary.summarise import summarise
from pipeline.minutes.summary.template import load_template
from pipeline.settings import LanguageModel
from tests.minutes.summary.labelled import conversations

FORM = load_template().form("gespreksverslag")
MINUTES = next(one for one in conversations("tuning") if one.name == "incident_keuken").minutes
SUMMARY = summarise(MINUTES, Setting(), FORM)

Answer = Callable[[list[dict[str, object]]], object]


class Stub:
    """A server with an OpenAI-compatible endpoint that answers as it is told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, object]] = []
        self.answer: Answer = lambda items: []
        self.raw: bytes | None = None
        self.status = 200
        self.delay = 0.0
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stub.asked.append(body)
                time.sleep(stub.delay)
                content = json.dumps(stub.answer(json.loads(body["messages"][1]["content"])), ensure_ascii=False)
                data = stub.raw if stub.raw is not None else json.dumps({"choices": [{"message": {"content": content}}]}).encode()
                self.send_response(stub.status)
                self.send_header("Location", "http://192.0.2.1/")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def stub() -> Iterator[Stub]:
    made = Stub()
    yield made
    made.server.shutdown()
    made.server.server_close()


def draft(stub: Stub, **settings: object) -> tuple[SummarySentence, ...]:
    model = LanguageModel.model_validate({"url": stub.url, "name": "stub", "timeout_seconds": 5.0} | settings)
    endpoint = endpoint_for(model, ())
    assert endpoint is not None
    return drafted(SUMMARY, MINUTES, FORM, endpoint).sentences


def for_line(line: str, text: str, cited: list[str] | None = None) -> Answer:
    """An answer for every sentence that rests on this line."""
    return lambda items: [
        {"n": item["n"], "text": text, "lines": [line] if cited is None else cited}
        for item in items
        if any(one["id"] == line for one in item["lines"])  # type: ignore[attr-defined]
    ]


def test_a_sentence_that_its_lines_carry_is_taken(stub: Stub) -> None:
    stub.answer = for_line("L0029", "De medewerker Wendy Kuipers zegt dat Dennis zijn pols heeft gekneusd.")
    taken = [one for one in draft(stub) if one.origin == MODEL]
    assert [one.lines for one in taken] == [("L0029",)]


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("De medewerker Wendy Kuipers zegt dat Dennis zijn arm heeft gebroken.", None),
        ("De cliënt zegt dat Dennis zijn pols heeft gekneusd.", None),
        ("De medewerker Wendy Kuipers zegt dat Dennis zijn pols niet heeft gekneusd.", None),
        ("De medewerker Wendy Kuipers zegt dat Farid zijn pols heeft gekneusd.", None),
        ("De medewerker Wendy Kuipers zegt dat Dennis zijn pols heeft gekneusd.", []),
        ("De medewerker Wendy Kuipers zegt dat Dennis zijn pols heeft gekneusd.", ["L0001"]),
        ("De medewerker Wendy Kuipers zegt dat Dennis zijn pols heeft gekneusd.", ["L9999"]),
        ("Dennis is begonnen en de cliënt heeft gelijk.", None),
        ("", None),
        ("x" * 5000, None),
    ],
)
def test_what_it_invents_or_does_not_cite_is_not_taken(stub: Stub, text: str, cited: list[str] | None) -> None:
    stub.answer = for_line("L0029", text, cited)
    assert draft(stub) == SUMMARY


def test_an_order_spoken_in_the_conversation_reaches_it_as_data_and_changes_nothing(stub: Stub) -> None:
    def obey(items: list[dict[str, object]]) -> object:
        words = {"text": "De cliënt zegt dat Dennis begonnen is.", "lines": ["L0066"]}
        return [words | {"n": item["n"]} for item in items] + [
            {"n": item["n"], "text": "Dennis is begonnen.", "lines": ["L0066"]} for item in items
        ]

    stub.answer = obey
    assert draft(stub) == SUMMARY
    system, data = (message["content"] for message in stub.asked[0]["messages"])  # type: ignore[attr-defined]
    assert "Dennis" not in system
    assert "Dennis" in data


@pytest.mark.parametrize(
    "raw", [b"", b"garbage", b"[" * 100_000, b'{"choices": []}', b'{"choices": [{"message": {"content": 7}}]}', b"x" * 300_000]
)
def test_garbage_is_passed_over(stub: Stub, raw: bytes) -> None:
    stub.raw = raw
    assert draft(stub) == SUMMARY


@pytest.mark.parametrize("answer", [{}, [1, None, "n"], [{"n": True, "text": "x", "lines": []}], [{"n": 1, "text": 2, "lines": "L0001"}]])
def test_an_answer_of_another_shape_is_passed_over(stub: Stub, answer: object) -> None:
    stub.answer = lambda items: answer
    assert draft(stub) == SUMMARY


@pytest.mark.parametrize("status", [302, 307, 404, 500])
def test_no_redirect_is_followed_and_a_failure_costs_nothing(stub: Stub, status: int) -> None:
    stub.status = status
    assert draft(stub) == SUMMARY
    assert len(stub.asked) == 1


def test_a_model_that_hangs_is_left_after_the_limit(stub: Stub) -> None:
    stub.delay = 3.0
    assert draft(stub, timeout_seconds=0.2) == SUMMARY
    assert len(stub.asked) == 1


def test_no_question_is_longer_than_the_limit(stub: Stub) -> None:
    draft(stub, max_prompt_bytes=2_000)
    assert len(stub.asked) > 1
    assert all(len(asked["messages"][1]["content"].encode()) <= 2_500 for asked in stub.asked)  # type: ignore[index]


def test_lines_with_doubtful_words_are_not_reworded(stub: Stub) -> None:
    draft(stub)
    asked = {one["id"] for body in stub.asked for item in json.loads(body["messages"][1]["content"]) for one in item["lines"]}  # type: ignore[index]
    assert asked
    assert not asked & {line.id for line in MINUTES.lines if line.flags}


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/v1",
        "https://models.example/v1",
        "http://127.0.0.1.example/v1",
        "http://10.0.0.5:8000/v1",
        "http://[2001:db8::1]/v1",
    ],
)
def test_beyond_this_machine_is_refused(url: str) -> None:
    with pytest.raises(RefusedByRule):
        endpoint_for(LanguageModel(url=url, name="m"), ())


def test_a_processor_the_agreement_names_is_allowed_over_tls_only() -> None:
    model = LanguageModel(url="https://models.example/v1", name="m", processor="Voorbeeld BV")
    assert endpoint_for(model, ("Voorbeeld BV",)) is not None
    for refused in (model, replace_url(model, "http://models.example/v1")):
        with pytest.raises(RefusedByRule):
            endpoint_for(refused, ("Ander BV",) if refused is model else ("Voorbeeld BV",))


def replace_url(model: LanguageModel, url: str) -> LanguageModel:
    return model.model_copy(update={"url": url})


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "127.0.0.1:80", "http://", "http://user@127.0.0.1/v1", "http://127.0.0.1:99999/v1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises((UsageError, RefusedByRule)):
        endpoint_for(LanguageModel(url=url, name="m"), ())


def test_no_proxy_of_the_environment_is_used(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    draft(stub)
    assert stub.asked


def test_it_is_off_unless_an_address_is_set() -> None:
    assert endpoint_for(LanguageModel(), ()) is None
