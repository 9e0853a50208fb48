"""Who spoke when. Importing this room is light; the networks load when a diariser is made."""

from pipeline.speech.diarisation.options import DIARISATION_SCHEMA, DIARISERS, MODELS_OF, DiarisationOptions, Diariser, diariser_named

__all__ = ["DIARISATION_SCHEMA", "DIARISERS", "MODELS_OF", "DiarisationOptions", "Diariser", "diariser_named"]
