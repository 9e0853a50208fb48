"""How a night goes, as it goes: bars on a terminal, lines in a journal."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import Progress, TaskID

from pipeline.cli import console
from pipeline.night.progress import share_of_all
from pipeline.night.run import Night
from pipeline.texts import Texts


@contextmanager
def night_shown(night: Night, words: Texts) -> Iterator[None]:
    """On a terminal a bar for all and one for each recording at work; elsewhere a line when a stage of a recording begins."""
    if not console.stderr.is_terminal:
        _show_as_lines(night, words)
        yield
        return
    with console.bars_on_terminal() as bars:
        _show_as_bars(night, words, bars)
        yield


def _show_as_lines(night: Night, words: Texts) -> None:
    begun: set[tuple[str, str]] = set()

    def told(claim: str, stage: str, share: float) -> None:
        del share
        if (claim, stage) not in begun:
            begun.add((claim, stage))
            console.note(words("cli.overnight.begun", id=claim, stage=words(f"stages.{stage}")))

    night.progress = told


def _show_as_bars(night: Night, words: Texts, bars: Progress) -> None:
    everything = bars.add_task(_count(words, 0, night.waiting), total=max(1, night.waiting))
    at_work: dict[str, tuple[TaskID, float]] = {}
    ended: set[str] = set()
    # Slots tell from threads of their own.
    alone = threading.Lock()

    def told(claim: str, stage: str, share: float) -> None:
        with alone:
            task, so_far = at_work.get(claim) or (bars.add_task("", total=1.0), 0.0)
            so_far = max(so_far, share_of_all(stage, share))
            at_work[claim] = task, so_far
            bars.update(task, completed=so_far, description=f"{claim}: {words(f'stages.{stage}')}")

    def over(claim: str) -> None:
        with alone:
            ended.add(claim)
            if claim in at_work:
                bars.remove_task(at_work.pop(claim)[0])
            # What is dropped while the night runs is done too.
            total = max(night.waiting, len(ended))
            bars.update(everything, completed=len(ended), total=total, description=_count(words, len(ended), total))

    night.progress, night.ended = told, over


def _count(words: Texts, ended: int, total: int) -> str:
    return words("cli.overnight.ended", ended=ended, total=total)
