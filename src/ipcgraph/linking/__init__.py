"""Linking: identifiers for people and organizations, proposed by services that the user names, with evidence."""
