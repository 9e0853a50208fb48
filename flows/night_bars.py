"""Live progress of the night in Prefect's page: a bar for all, and one for each recording at work, by its opaque id.

Everything is read from the drop folders, so that it is told wherever the work is done.
"""

import contextlib
from typing import cast
from uuid import UUID

import httpx
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.exceptions import PrefectException

from pipeline.night.claims import Claim, claims_in, progress_of
from pipeline.night.progress import share_of_all
from pipeline.night.run import Night


class Bars:
    """The bars of one run; told inside the flow. A server that is gone costs the bars and not the night."""

    def __init__(self, night: Night) -> None:
        self._night = night
        self._ended_before = self._ended()
        self._all: UUID | None = None
        self._each: dict[str, tuple[UUID, float]] = {}

    def tell(self) -> None:
        """Say how it goes now."""
        with contextlib.suppress(httpx.HTTPError, PrefectException):
            claims = [claim for spool in self._night.spools for claim in claims_in(spool, spool.claims)]
            at_work = sum(self._tell(claim) for claim in claims)
            for gone in self._each.keys() - {claim.id for claim in claims}:
                update_progress_artifact(self._each.pop(gone)[0], 100.0)
            ended = self._ended() - self._ended_before
            total = max(self._night.waiting, ended)
            self._all = _drawn(self._all, "night-progress", (ended + at_work) / total if total else 1.0, f"{ended} / {total}")

    def _tell(self, claim: Claim) -> float:
        """Draw the bar of one recording; returns how far it is (0-1)."""
        told = progress_of(claim)
        if told is None:
            return 0.0
        bar, before = self._each.get(claim.id, (None, 0.0))
        share = max(before, share_of_all(told.stage, told.share))
        self._each[claim.id] = _drawn(bar, f"recording-{claim.id}", share, told.stage), share
        return share

    def _ended(self) -> int:
        """How many recordings of this night have ended, one way or another."""
        night = self._night.night()
        return sum(1 for spool in self._night.spools for folder in (spool.done / night, spool.quarantine) for _ in spool.entries(folder))


def _drawn(bar: UUID | None, key: str, share: float, description: str) -> UUID:
    """Make a bar, or bring the one there is up to date."""
    percent = min(100.0, 100 * share)
    if bar is not None:
        return cast("UUID", update_progress_artifact(bar, percent, description))
    return cast("UUID", create_progress_artifact(percent, key=key, description=description))
