"""The decode at native rate, channel by channel: each test streams it once and keeps memory flat."""
