"""Teaching a network one's own digits in seconds, and the files of networks taught."""
