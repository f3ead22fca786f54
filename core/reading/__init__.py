"""What networks answer: one drawing, many, varied ones, beside each other; and how often they are right."""
