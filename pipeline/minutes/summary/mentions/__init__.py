"""What a secretary would underline in a line: moments, amounts of money, people."""
