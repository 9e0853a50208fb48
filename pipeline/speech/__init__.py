"""Who said what when: activity, transcription, diarisation, attribution, coverage."""
