"""The clerks' console: pages that the server draws, for mouse, keyboard and screen reader alike."""
