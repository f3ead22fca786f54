"""The tabs, a folder each. They never import each other."""
