"""The models of repeat buying that users fit."""
