"""What a layer has learnt, and what excites it."""
