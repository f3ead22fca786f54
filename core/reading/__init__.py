"""Networks' answers to a drawing and to its variations, compared, and measured on whole sets of digits."""
