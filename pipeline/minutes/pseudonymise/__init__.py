"""A copy of the minutes in which labels stand for people, places, numbers and dates."""

from pipeline.minutes.pseudonymise.apply import PseudonymisedMinutes, known_names, pseudonymise
from pipeline.minutes.pseudonymise.find import find_personal_data
from pipeline.minutes.pseudonymise.labels import Pseudonyms
from pipeline.minutes.pseudonymise.model import Kind, Known, PersonalItem

__all__ = ["Kind", "Known", "PersonalItem", "PseudonymisedMinutes", "Pseudonyms", "find_personal_data", "known_names", "pseudonymise"]
