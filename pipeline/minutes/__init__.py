"""What people read: the model of the minutes, their versions and one writer per format."""
