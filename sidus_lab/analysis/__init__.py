"""From a table of runs to sentences that can be trusted: arrays or frames in, values out, no files and no network."""
