"""The trials behind docs/evidence.md: one module for each section of the page.

Each has `trials(books)`, which books to make and what to ask of them, where `books` is how many
books without effect the page has; and `section(results)`, what the answers come to. The rules are
in the project's SQL: here answers are counted, and set beside the truth.
"""
