"""What the scripts are made of. Standard library only: it runs before a
virtual environment exists.
"""
