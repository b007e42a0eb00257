"""Practice: a made-up agency, made-up residents, spoofs among them, and a counter that forgets it all."""
