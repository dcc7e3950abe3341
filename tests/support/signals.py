"""What a publisher says of a vulnerability, in a word each."""

from levee.formats.signals import Signal, Signals


def said(at, source="the clearinghouse", **answers):
    """As in `said(now, kev=True, technical_impact="total", epss=0.4)`."""
    words = {name: ("no", "yes")[value] if isinstance(value, bool) else value for name, value in answers.items()}
    return Signals(**{name: Signal(value=str(word), source=source, at=at) for name, word in words.items()})
