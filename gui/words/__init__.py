"""Numbers and sentences that several rooms show."""
