"""Search: an index of what things are called, made once for each build, and the pages and answers that it gives."""
