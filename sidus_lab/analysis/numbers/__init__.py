"""Estimators and tests: arrays and frames in, numbers out; no judgement and no words."""
