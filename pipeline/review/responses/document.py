"""The response file: a W3C Web Annotation collection in JSON-LD, one per save, signed by the page that made it.

    AnnotationCollection                       the file: who (`creator`), when, on which version (`minutes`), signature (`proof`)
      first: AnnotationPage
        items: Annotation ...                  one reaction each
          motivation                           assessing (eens, oneens) | commenting (opmerking) | editing (voorstel)
          body: tagging [, commenting]         what is thought, and free text in any language
                [, editing]                    for a voorstel: what should stand there
          target: SpecificResource             the version by its hash, and within it a line, finding, difference ...

Times are UTC. A reaction that was saved once is not changed afterwards: an edited one gets an id of its own and names the one
it `replaces`. The file is outside data: bounded in size, depth and number, strict in form, and its text is never anything
but text. Fields the annotation model does not have lie in a vocabulary of our own (`@vocab`).
"""

import base64
import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from pipeline.minutes.reactions import Form, Opinion, ProposedField, SubjectKind

SCHEMA = "wederhoor/response/1"
CONTEXT = ("http://www.w3.org/ns/anno.jsonld", {"@vocab": "urn:wederhoor:response:1:", "schema": "urn:wederhoor:response:1:schema"})

MEDIA_FRAGMENTS = "http://www.w3.org/TR/media-frags/"

MAX_ANNOTATIONS = 5_000
MAX_TEXT = 20_000
MAX_QUOTE = 10_000

_UUID = r"^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_SHA256 = r"[0-9a-f]{64}"

Id = Annotated[str, StringConstraints(pattern=_UUID)]
Sha256 = Annotated[str, StringConstraints(pattern=f"^{_SHA256}$")]
PartyId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
DossierName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]
Quote = Annotated[str, StringConstraints(max_length=MAX_QUOTE)]
_LanguageTag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$")]


def _real(moment: str) -> str:
    """A moment there is: not the thirtieth of February."""
    datetime.fromisoformat(moment)
    return moment


def _base64(text: str) -> str:
    base64.b64decode(text, validate=True)
    return text


Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"), AfterValidator(_real)]


class Motivation(StrEnum):
    """Why an annotation was made, in the words of the annotation model."""

    ASSESSING = "assessing"
    COMMENTING = "commenting"
    EDITING = "editing"


MOTIVATION_OF = {
    Opinion.AGREE: Motivation.ASSESSING,
    Opinion.DISAGREE: Motivation.ASSESSING,
    Opinion.REMARK: Motivation.COMMENTING,
    Opinion.PROPOSAL: Motivation.EDITING,
}


_ID_OF = {
    SubjectKind.LINE: r"L\d{4,9}",
    SubjectKind.FINDING: r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}",
    SubjectKind.DIFFERENCE: rf"{_SHA256}/(recordings|minutes|report)/\d{{1,6}}",
    SubjectKind.SUMMARY: r"[1-9]\d{0,3}",
    SubjectKind.WHOLE: r"whole",
}


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, hide_input_in_errors=True, serialize_by_alias=True, validate_by_name=False
    )


class Tag(_Part):
    """What the party thinks."""

    type: Literal["TextualBody"]
    purpose: Literal["tagging"]
    value: Opinion


class Comment(_Part):
    """What the party says about it, in any language. May hold line breaks."""

    type: Literal["TextualBody"]
    purpose: Literal["commenting"]
    format: Literal["text/plain"]
    value: Text
    language: _LanguageTag | None = None


class Proposal(_Part):
    """What should stand there. `field`: the words of the target (its quotation when there is one, else the line), or the speaker.

    For `speaker` the value is a voice of the minutes (S1, S2 ...).
    """

    type: Literal["TextualBody"]
    purpose: Literal["editing"]
    format: Literal["text/plain"]
    field: ProposedField
    value: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]


class TextQuoteSelector(_Part):
    """The words it is about, with a little of what stands around them in the same line."""

    type: Literal["TextQuoteSelector"]
    exact: Annotated[str, StringConstraints(min_length=1, max_length=MAX_QUOTE)]
    prefix: Annotated[str, StringConstraints(max_length=200)] = ""
    suffix: Annotated[str, StringConstraints(max_length=200)] = ""


class FragmentSelector(_Part):
    """The stretch of the recording: `t=72.100,75.400` (Media Fragments 1.0), seconds on the recording's own clock."""

    type: Literal["FragmentSelector"]
    conformsTo: Literal["http://www.w3.org/TR/media-frags/"]
    value: Annotated[str, StringConstraints(pattern=r"^t=\d{1,6}(\.\d{1,3})?,\d{1,6}(\.\d{1,3})?$")]


class Subject(_Part):
    """Which part of the version is meant. `id`: a line (L0012), a finding's id, `<sha256 of comparison.json>/minutes/3`,
    the number of a summary sentence from 1, or `whole`."""

    kind: SubjectKind
    id: Annotated[str, StringConstraints(max_length=100)]

    @model_validator(mode="after")
    def _id_fits_kind(self) -> "Subject":
        if not re.fullmatch(_ID_OF[self.kind], self.id):
            raise ValueError("an id of this kind")
        return self


class Target(_Part):
    """What is reacted to. `source`: `urn:wederhoor:minutes:` and the SHA-256 of the version's minutes.json."""

    type: Literal["SpecificResource"]
    source: Annotated[str, StringConstraints(pattern=rf"^urn:wederhoor:minutes:{_SHA256}$")]
    subject: Subject
    selector: Annotated[tuple[TextQuoteSelector | FragmentSelector, ...], Field(max_length=2)] = ()

    @property
    def minutes_sha256(self) -> str:
        """The version this is about."""
        return self.source.rpartition(":")[2]

    @property
    def quote(self) -> TextQuoteSelector | None:
        """The words it is about, null for the whole subject."""
        return next((one for one in self.selector if isinstance(one, TextQuoteSelector)), None)


class Annotation(_Part):
    """One reaction. `replaces`: an earlier reaction of this party that this one takes the place of; that one stays on record."""

    type: Literal["Annotation"]
    id: Id
    created: Moment
    motivation: Motivation
    body: Annotated[tuple[Tag | Comment | Proposal, ...], Field(min_length=1, max_length=3)]
    target: Target
    replaces: Id | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Annotation":
        kinds = [type(one) for one in self.body]
        if kinds.count(Tag) != 1 or len(set(kinds)) != len(kinds):
            raise ValueError("one tag, at most one comment and one proposal")
        if self.motivation is not MOTIVATION_OF[self.value]:
            raise ValueError("the motivation of this value")
        if self.proposal is not None and (self.value is not Opinion.PROPOSAL or self.target.subject.kind is not SubjectKind.LINE):
            raise ValueError("a proposal is for a line")
        if self.value is Opinion.PROPOSAL and self.proposal is None and not self.text:
            raise ValueError("a proposal says what it proposes")
        return self

    @property
    def value(self) -> Opinion:
        """What the party thinks."""
        return next(one.value for one in self.body if isinstance(one, Tag))

    @property
    def comment(self) -> Comment | None:
        """What the party says about it."""
        return next((one for one in self.body if isinstance(one, Comment)), None)

    @property
    def text(self) -> str:
        """The party's own words, empty when it wrote none."""
        return self.comment.value.strip() if self.comment else ""

    @property
    def proposal(self) -> Proposal | None:
        """What should stand there, when the party said so in so many words."""
        return next((one for one in self.body if isinstance(one, Proposal)), None)


class Page(_Part):
    """The one page of the collection."""

    type: Literal["AnnotationPage"]
    startIndex: Literal[0]
    items: Annotated[tuple[Annotation, ...], Field(min_length=1, max_length=MAX_ANNOTATIONS)]


class Creator(_Part):
    """Whose response this is: a party's id in the agreement, or its role where there is none."""

    id: Annotated[str, StringConstraints(pattern=r"^urn:wederhoor:party:[a-z][a-z0-9_-]{0,31}$")]
    type: Literal["Person"]

    @property
    def party(self) -> str:
        """The party's id."""
        return self.id.rpartition(":")[2]


class MinutesReference(_Part):
    """The version that lay before the party."""

    version: Annotated[str, StringConstraints(pattern=r"^v\d{3,6}$")]
    sha256: Sha256
    recording: Sha256


class Proof(_Part):
    """ECDSA over P-256 with SHA-256, r and s as 64 bytes in base64 (what WebCrypto gives); see `signing`."""

    type: Literal["ecdsa-p256-sha256"]
    key_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    value: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$")]


class ClosedFile(_Part):
    """A response that the party's page closed: `sealed` is an age file in base64, for the committee's key, and holds a whole
    `ResponseFile`. Who responds to what can be read, and is signed by the same key; what they say cannot."""

    schema_name: Annotated[Literal["wederhoor/closed-response/1"], Field(alias="schema")]
    creator: Creator
    created: Moment
    dossier: DossierName
    minutes: MinutesReference
    sealed: Annotated[str, StringConstraints(min_length=1), AfterValidator(_base64)]
    proof: Proof

    @property
    def age_file(self) -> bytes:
        """What only the committee's key opens."""
        return base64.b64decode(self.sealed)


class OnBehalf(_Part):
    """A reaction on paper or by voice that somebody of the organisation entered; `evidence`: digests of the scan or sound beside it."""

    entered_by: PartyId
    received_on: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
    form: Literal[Form.PAPER, Form.SPOKEN, Form.FILE]
    evidence: Annotated[tuple[Sha256, ...], Field(max_length=20)] = ()


class ResponseFile(_Part):
    """The whole file. Exactly one of `proof` (a party's page) and `on_behalf` (entered by somebody else) is there."""

    context: Annotated[tuple[str | dict[str, str], ...], Field(alias="@context", max_length=4)]
    schema_name: Annotated[Literal["wederhoor/response/1"], Field(alias="schema")]
    type: Literal["AnnotationCollection"]
    id: Id
    label: Annotated[str, StringConstraints(max_length=300)] = ""
    generator: Annotated[str, StringConstraints(max_length=100)] = ""
    creator: Creator
    created: Moment
    dossier: DossierName
    minutes: MinutesReference
    total: Annotated[int, Field(ge=1, le=MAX_ANNOTATIONS)]
    first: Page
    proof: Proof | None = None
    on_behalf: OnBehalf | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "ResponseFile":
        if self.total != len(self.first.items):
            raise ValueError("as many reactions as it says")
        if (self.proof is None) == (self.on_behalf is None):
            raise ValueError("signed by a page or entered by somebody")
        return self
