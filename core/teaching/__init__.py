"""Teaching a network one's own digits in seconds, and the networks that come of it."""
