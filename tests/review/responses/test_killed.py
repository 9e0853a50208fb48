"""kill -9 while a response comes in, a correction is made, minutes are established: the old state or the new, never half."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.layout import Dossier
from pipeline.dossier.verify import verify
from pipeline.minutes.asked import NewText, Request
from pipeline.minutes.versions import load_chain
from pipeline.review import publish
from pipeline.review.correcting import correct_minutes, establish_minutes, note_heard
from pipeline.review.responses.handing_in import respond
from tests.release.conftest import NOW
from tests.review.responses.conftest import Talk

ACTS = ("respond", "correct", "establish")
KILLS = [pytest.param(2, id="few"), pytest.param(200, id="two-hundred", marks=pytest.mark.long)]


def killed_after(work: Callable[[], object], seconds: float) -> bool:
    """Run `work` in a child process and kill -9 it after this long; whether it was still at work."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.parametrize("kills", KILLS)
def test_a_kill_leaves_the_old_state_or_the_new_and_the_next_run_finishes(talk: Talk, tmp_path: Path, kills: int) -> None:
    client = talk.saved(talk.client, talk.client.about("oneens", "line", "L0002", text="Nee."), name="c.jsonld")
    staff = talk.saved(talk.staff, talk.staff.about("eens", "line", "L0002"), name="s.jsonld")

    def act(name: str, one: Talk) -> None:
        desk = one.desk(NOW, actor="client")
        if name == "respond":
            respond(desk, [client])
        elif name == "correct":
            correct_minutes(desk, [Request(asked=NewText(line="L0001", text="Goedemiddag."))])
        else:
            establish_minutes(desk, ["mr. X"])

    ready = replace(talk, dossier=Dossier(Path(shutil.copytree(talk.dossier.path, tmp_path / "ready" / talk.dossier.path.name))))
    respond(ready.desk(), [client, staff])
    note_heard(ready.desk(), (), listener="J. de Wit")
    started = time.monotonic()
    act("respond", replace(talk, dossier=Dossier(Path(shutil.copytree(talk.dossier.path, tmp_path / "timed" / talk.dossier.path.name)))))
    usual = time.monotonic() - started
    chance = random.Random(20260310)
    interrupted = 0
    for number in range(kills):
        name = ACTS[number % len(ACTS)]
        source = ready if name == "establish" else talk
        target = tmp_path / f"killed-{number}" / talk.dossier.path.name
        one = replace(talk, dossier=Dossier(Path(shutil.copytree(source.dossier.path, target))))
        old = load_chain(one.dossier.minutes_folder)
        original = documents.sha256_file(one.dossier.original())

        interrupted += killed_after(lambda name=name, one=one: act(name, one), chance.uniform(0, 1.2 * usual))  # type: ignore[misc]

        found = load_chain(one.dossier.minutes_folder)
        assert found[: len(old)] == old
        assert len(found) - len(old) in (0, 1)
        assert not [finding for finding in custody.check(one.dossier).findings if finding.kind != "line_unfinished"]
        assert documents.sha256_file(one.dossier.original()) == original
        act(name, one)
        assert verify(one.dossier.path).holds
        chain = load_chain(one.dossier.minutes_folder)
        # What a kill let through is found done by the second run.
        assert len(chain) - len(old) == 1
        shutil.rmtree(target.parent)
    assert interrupted > 0


def test_a_kill_between_the_version_and_its_seal_notes_no_proposal_twice(talk: Talk) -> None:
    old = load_chain(talk.dossier.minutes_folder)
    wanted = [Request(asked=NewText(line="L0001", text="Goedemiddag."))]
    child = os.fork()
    if child == 0:
        publish.settle = lambda desk: os.kill(os.getpid(), signal.SIGKILL)
        correct_minutes(talk.desk(actor="client"), wanted)
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert len(load_chain(talk.dossier.minutes_folder)) == len(old) + 1
    assert not verify(talk.dossier.path).holds

    stored = correct_minutes(talk.desk(NOW + timedelta(minutes=1), actor="client"), wanted)

    assert len(load_chain(talk.dossier.minutes_folder)) == len(old) + 1
    assert len(stored.minutes.corrections) == 1
    assert verify(talk.dossier.path).holds
