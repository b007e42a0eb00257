"""Building what people install: wheel, applications as folders, Debian packages, and what is in them."""
