"""What other sites show of a record: a card in a frame, a badge of confirmed use, a QR code; and how they get it."""
