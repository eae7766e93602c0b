"""Forms of a root: the ways in which a published version becomes the root of a node."""
