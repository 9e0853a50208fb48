"""Minutes with everything both parties can do to them."""

from dataclasses import replace

from pipeline.minutes.asked import NewSpeaker, NewText, Request, Split
from pipeline.minutes.changes import advance
from pipeline.minutes.corrections import correct
from pipeline.minutes.hearing import add_response
from pipeline.minutes.model import Minutes, State
from pipeline.minutes.reactions import Form, Opinion, ProposedField, Reaction, Response, SubjectKind
from pipeline.recording.agreement import Role
from tests.minutes import conversations as talk

LATER = "2026-03-05T09:00:00+01:00"


def reaction(number: int, value: Opinion, subject: str = "L0009", **more: object) -> Reaction:
    plain = Reaction(
        id=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        value=value,
        text="",
        language=None,
        kind=SubjectKind.LINE,
        subject=subject,
        quote=None,
        start_ms=None,
        end_ms=None,
        field=None,
        proposal=None,
        made_at=LATER,
        replaces=None,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def response(party: str, *reactions: Reaction, number: int = 1, received_on: str = "2026-03-05") -> Response:
    return Response(
        file=f"responses/{party}-{number}.jsonld",
        sha256=f"{number:02}" * 32,
        party=party,
        acts_for=None,
        side=Role(party),
        on_version="v002",
        received_on=received_on,
        form=Form.PAGE,
        entered_by=None,
        afterwards=False,
        closed=False,
        reactions=reactions,
    )


def with_parties(minutes: Minutes | None = None) -> Minutes:
    return advance(minutes or talk.minutes(), State.WITH_PARTIES, actor="staff", at=LATER)


def heard(words: str = "Ik kreeg wél een brief.") -> Minutes:
    """Both parties responded, one corrected before, the other proposes; a remark on the whole and one on a line that was split."""
    corrected = correct(
        talk.minutes(), [Request(asked=NewText(line="L0001", text="Goedemiddag mevrouw."), note="Zelf gehoord.")], by="staff", at=LATER
    )
    split = correct(corrected, [Request(asked=Split(line="L0005", at_words="Wij knippen"))], by="staff", at=LATER)
    sent = with_parties(split)
    client = response(
        "client",
        reaction(1, Opinion.DISAGREE, text=words, language="nl"),
        reaction(2, Opinion.PROPOSAL, "L0008", quote="gang", field=ProposedField.TEXT, proposal="hal"),
        reaction(3, Opinion.REMARK, "whole", kind=SubjectKind.WHOLE, text=f"Dank.\n{words}"),
        reaction(4, Opinion.AGREE, "L0005", quote="Wij knippen er niet in."),
    )
    staff = response("staff", reaction(5, Opinion.AGREE, text="Dat klopt."))
    both = add_response(add_response(sent, client, actor="staff", at=LATER), staff, actor="staff", at=LATER)
    return correct(both, [Request(asked=NewSpeaker(line="L0002", speaker="S1"))], by="staff", at=LATER)
