"""Score, check and learn from instruments on violence and abuse in dependent relationships."""
