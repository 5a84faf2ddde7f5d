"""The engines that the project builds on, and whether they give the same tables."""
