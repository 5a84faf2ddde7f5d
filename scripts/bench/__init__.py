"""The benchmark's parts: books of deals, those who compute on them, and what they are asked."""
