"""What is kept and proves it: layout, stage store, custody log."""
