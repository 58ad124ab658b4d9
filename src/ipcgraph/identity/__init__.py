"""Who is who: which authors of which works are one person, by identifiers first and by evidence after."""
