"""What municipalities say about records, and questions with their answers."""
