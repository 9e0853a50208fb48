"""Times as people and formats write them; inside the pipeline a time is integer milliseconds."""


def clock(ms: int) -> str:
    """Hours, minutes and whole seconds, rounded down: 00:12:03."""
    seconds = ms // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def clock_span(start_ms: int, end_ms: int) -> str:
    """A stretch in whole seconds that covers it: the start rounded down, the end up."""
    return f"{clock(start_ms)}–{clock(-(-end_ms // 1000) * 1000)}"


def clock_ms(ms: int, decimal_sign: str = ".") -> str:
    """Hours, minutes, seconds and milliseconds: 00:12:03.450."""
    return f"{clock(ms)}{decimal_sign}{ms % 1000:03}"


def seconds(ms: int) -> str:
    """Seconds with three decimals, exact: 723.450."""
    return f"{ms // 1000}.{ms % 1000:03}"
