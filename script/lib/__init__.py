"""What the scripts are made of. Standard library only: it runs before the virtual environment exists."""
