"""Instants, zones, calendar periods, units of time and the end of observation."""
