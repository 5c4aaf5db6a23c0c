"""What happens in a day, a file a phase."""
