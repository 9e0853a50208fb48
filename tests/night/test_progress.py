from itertools import pairwise

import pytest

from pipeline.night.progress import share_of_all

ORDER = ("receive", "prepare", "examine", "listen", "diarise", "transcribe", "audit", "compose", "summarise", "write")


def test_it_grows_with_the_stages_from_nothing_to_all() -> None:
    shares = [share_of_all(stage, share) for stage in ORDER for share in (0.0, 0.5, 1.0)]
    assert all(later >= earlier for earlier, later in pairwise(shares))
    assert shares[0] == 0.0
    assert shares[-1] == pytest.approx(1.0)


def test_a_stage_nobody_knows_says_nothing() -> None:
    assert share_of_all("onbekend", 0.7) == 0.0
