"""The vector factory: every case of tests/vectors/verification, from one honest agency by one fault each."""
