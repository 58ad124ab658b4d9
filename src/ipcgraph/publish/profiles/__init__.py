"""The graph in vocabularies that others read, and what does not survive there."""
