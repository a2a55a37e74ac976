"""The one kind of error a person is meant to read."""


class Failure(Exception):
    """Something that stops the script; its text is one clear line that says what to do."""
