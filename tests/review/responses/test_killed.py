"""kill -9 while a response comes in, a correction is made, minutes are established: the old state or the new, never half."""

import multiprocessing
import random
import shutil
import signal
import time
from dataclasses import replace
from datetime import timedelta
from multiprocessing.synchronize import Event
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


def act(name: str, one: Talk, client: Path) -> None:
    desk = one.desk(NOW, actor="client")
    if name == "respond":
        respond(desk, [client])
    elif name == "correct":
        correct_minutes(desk, [Request(asked=NewText(line="L0001", text="Goedemiddag."))])
    else:
        establish_minutes(desk, ["mr. X"])


def act_when_ready(ready: Event, name: str, one: Talk, client: Path) -> None:
    ready.set()
    act(name, one, client)


def killed_after(seconds: float, name: str, one: Talk, client: Path) -> bool:
    """Do this in a process of its own (a fork would not get past the threads that make a PDF) and kill -9 it after this long;
    whether it was still at work."""
    own = multiprocessing.get_context("spawn")
    ready = own.Event()
    child = own.Process(target=act_when_ready, args=(ready, name, one, client))
    child.start()
    ready.wait()
    time.sleep(seconds)
    child.kill()
    child.join()
    return child.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("kills", KILLS)
def test_a_kill_leaves_the_old_state_or_the_new_and_the_next_run_finishes(talk: Talk, tmp_path: Path, kills: int) -> None:
    client = talk.saved(talk.client, talk.client.about("oneens", "line", "L0002", text="Nee."), name="c.jsonld")
    staff = talk.saved(talk.staff, talk.staff.about("eens", "line", "L0002"), name="s.jsonld")

    ready = replace(talk, dossier=Dossier(Path(shutil.copytree(talk.dossier.path, tmp_path / "ready" / talk.dossier.path.name))))
    respond(ready.desk(), [client, staff])
    note_heard(ready.desk(), (), listener="J. de Wit")
    started = time.monotonic()
    act(
        "respond",
        replace(talk, dossier=Dossier(Path(shutil.copytree(talk.dossier.path, tmp_path / "timed" / talk.dossier.path.name)))),
        client,
    )
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

        interrupted += killed_after(chance.uniform(0, 1.2 * usual), name, one, client)

        found = load_chain(one.dossier.minutes_folder)
        assert found[: len(old)] == old
        assert len(found) - len(old) in (0, 1)
        assert not [finding for finding in custody.check(one.dossier).findings if finding.kind != "line_unfinished"]
        assert documents.sha256_file(one.dossier.original()) == original
        act(name, one, client)
        assert verify(one.dossier.path).holds
        chain = load_chain(one.dossier.minutes_folder)
        # What a kill let through is found done by the second run.
        assert len(chain) - len(old) == 1
        shutil.rmtree(target.parent)
    assert interrupted > 0


def test_a_stop_between_the_version_and_its_seal_notes_no_proposal_twice(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    old = load_chain(talk.dossier.minutes_folder)
    wanted = [Request(asked=NewText(line="L0001", text="Goedemiddag."))]
    with monkeypatch.context() as stopping:
        stopping.setattr(publish, "settle", stopped)
        with pytest.raises(KeyboardInterrupt):
            correct_minutes(talk.desk(actor="client"), wanted)
    assert len(load_chain(talk.dossier.minutes_folder)) == len(old) + 1
    assert not verify(talk.dossier.path).holds

    stored = correct_minutes(talk.desk(NOW + timedelta(minutes=1), actor="client"), wanted)

    assert len(load_chain(talk.dossier.minutes_folder)) == len(old) + 1
    assert len(stored.minutes.corrections) == 1
    assert verify(talk.dossier.path).holds


def stopped(_: object) -> None:
    raise KeyboardInterrupt
