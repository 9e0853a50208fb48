"""What was received: probing, decoding, the agreement and the six rules."""
