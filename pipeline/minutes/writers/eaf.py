"""The transcript for ELAN (EAF 3.0, Max Planck Institute for Psycholinguistics): a tier per voice, ids of the minutes."""

from xml.etree import ElementTree as Xml

from pipeline.minutes.reading import Reading
from pipeline.minutes.writers.tiers import Tier, tiers

# From minutes/v001 to the copy that plays.
_LISTENING_COPY = "../../recording/listening.m4a"
_TYPE = "line"


def render(reading: Reading) -> bytes:
    """UTF-8 XML. The head's properties hold the status and the hashes."""
    root = Xml.Element("ANNOTATION_DOCUMENT", AUTHOR="Wederhoor", DATE=reading.made_at.isoformat(), FORMAT="3.0", VERSION="3.0")
    head = Xml.SubElement(root, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    Xml.SubElement(head, "MEDIA_DESCRIPTOR", MEDIA_URL=_LISTENING_COPY, RELATIVE_MEDIA_URL=_LISTENING_COPY, MIME_TYPE="audio/mp4")
    for name, value in (("status", reading.status), ("recording", reading.recording_sha256), ("minutes", reading.minutes_sha256)):
        Xml.SubElement(head, "PROPERTY", NAME=name).text = value
    if reading.minutes.responses:
        Xml.SubElement(head, "PROPERTY", NAME="responses").text = reading.say("minutes.respond.elsewhere")
    order = Xml.SubElement(root, "TIME_ORDER")
    for line in reading.lines:
        Xml.SubElement(order, "TIME_SLOT", TIME_SLOT_ID=f"{line.id}s", TIME_VALUE=str(line.start_ms))
        Xml.SubElement(order, "TIME_SLOT", TIME_SLOT_ID=f"{line.id}e", TIME_VALUE=str(line.end_ms))
    for number, tier in enumerate(tiers(reading), start=1):
        _add_tier(root, number, tier)
    Xml.SubElement(root, "LINGUISTIC_TYPE", LINGUISTIC_TYPE_ID=_TYPE, TIME_ALIGNABLE="true", GRAPHIC_REFERENCES="false")
    return Xml.tostring(root, encoding="unicode", xml_declaration=True).encode() + b"\n"


def _add_tier(root: Xml.Element, number: int, tier: Tier) -> None:
    # ELAN wants tier ids that differ; two voices may bear one name.
    element = Xml.SubElement(root, "TIER", TIER_ID=f"{number}. {tier.name}", PARTICIPANT=tier.name, LINGUISTIC_TYPE_REF=_TYPE)
    for line in tier.lines:
        annotation = Xml.SubElement(Xml.SubElement(element, "ANNOTATION"), "ALIGNABLE_ANNOTATION", ANNOTATION_ID=line.id)
        annotation.set("TIME_SLOT_REF1", f"{line.id}s")
        annotation.set("TIME_SLOT_REF2", f"{line.id}e")
        Xml.SubElement(annotation, "ANNOTATION_VALUE").text = line.text
