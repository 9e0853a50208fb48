"""Case folders: everything of one complaint in one folder that a committee's secretary can work with."""
