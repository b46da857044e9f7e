"""What is stored of people: given out on their wish, forgotten on their wish, and when its time is over."""
