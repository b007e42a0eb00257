"""What the three command lines share: help, questions and errors in the person's language."""
