"""The solutions for catalogues of software: publiccode.yml of each, and a catalogue that says who uses them."""
