"""A dossier whose minutes were given to both parties, each with a page of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.dossier.layout import Dossier
from pipeline.release.decision import What
from pipeline.release.release import HandOver
from pipeline.review.publish import Desk
from pipeline.settings import Settings
from tests.release.conftest import (
    NOW,
    agreement,
    dossier,
    finished,
    identity,
    key,
    released,
    settings,
    settled,
)
from tests.review.responses.files import PartyPage

__all__ = ["agreement", "dossier", "finished", "identity", "key", "released", "settings", "settled"]


@dataclass(frozen=True)
class Talk:
    """A dossier with the parties, their pages, and somewhere to save."""

    dossier: Dossier
    settings: Settings
    folder: Path
    client: PartyPage
    staff: PartyPage

    def desk(self, now: datetime = NOW, actor: str = "staff") -> Desk:
        return Desk(dossier=self.dossier, settings=self.settings, actor=actor, now=now)

    def saved(self, page: PartyPage, *items: dict[str, Any], name: str = "reactie.jsonld") -> Path:
        """The file this page saves, on somebody's stick."""
        path = self.folder / name
        path.write_bytes(page.save(*items))
        return path


@pytest.fixture
def talk(dossier: Dossier, settings: Settings, released: Callable[..., HandOver], tmp_path: Path) -> Talk:
    client, staff = (PartyPage.of(released(What.PAGE, to=to)) for to in ("client", "staff"))
    return Talk(dossier=dossier, settings=settings, folder=tmp_path, client=client, staff=staff)
