"""Makes the list of places that comes with the program: app/kickoff/places/data/places.csv."""
