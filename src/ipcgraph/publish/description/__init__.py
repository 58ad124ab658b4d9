"""What the site says of itself: figures, catalogue, queries, and what crawlers ask for first."""
