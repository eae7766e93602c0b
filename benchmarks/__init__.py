"""Speed and size, as ratios against a named alternative in the same run."""
