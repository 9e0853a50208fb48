"""What a summary says that is not in the conversation: from the agreement and the recording, and said to be so."""

from dataclasses import dataclass
from datetime import date, datetime

from pipeline.recording.agreement import Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Of the agreement what a summary prints. All of it may be missing. `planned_at` in ISO 8601; `also_present`: names."""

    subject: str | None = None
    place: str | None = None
    planned_at: str | None = None
    also_present: tuple[str, ...] = ()

    @classmethod
    def of(cls, agreement: Agreement | None) -> "Setting":
        """The setting an agreement describes."""
        if agreement is None:
            return cls()
        conversation = agreement.conversation
        silent = tuple(party.name or party.id for party in agreement.parties if party.present and party.speaks is False)
        return cls(
            subject=conversation.subject,
            place=conversation.place,
            planned_at=conversation.planned_at.isoformat() if conversation.planned_at else None,
            also_present=(*silent, *conversation.also_present),
        )

    @property
    def day(self) -> date | None:
        """The day of the conversation."""
        return datetime.fromisoformat(self.planned_at).date() if self.planned_at else None
