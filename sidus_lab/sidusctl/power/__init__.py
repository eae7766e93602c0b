"""Power: the kinds of remote control that switch a machine on and off."""
