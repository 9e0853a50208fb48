"""From speech to words: two engines behind one small interface."""
