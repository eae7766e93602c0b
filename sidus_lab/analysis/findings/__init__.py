"""What the numbers allow to conclude: causes, checks and names of nodes as values; no words."""
