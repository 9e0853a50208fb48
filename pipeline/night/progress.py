"""How far the work on a recording is, its stages taken together: only to draw a bar."""

# About what each stage takes of the whole (tests/benchmarks/README.md), in the order in which they mostly end.
_PARTS = {
    "receive": 0.02,
    "prepare": 0.03,
    "examine": 0.18,
    "listen": 0.05,
    "diarise": 0.12,
    "transcribe": 0.48,
    "attribute": 0.01,
    "audit": 0.02,
    "compose": 0.03,
    "summarise": 0.03,
    "write": 0.03,
}


def share_of_all(stage: str, share: float) -> float:
    """The share (0-1) of the whole when this one is at `share`. Stages run beside each other, so that it may go back: keep the largest."""
    done = 0.0
    for name, part in _PARTS.items():
        if name == stage:
            return done + part * share
        done += part
    return 0.0
