"""My digits: one's own drawings with their right labels, and teaching them to a network."""
