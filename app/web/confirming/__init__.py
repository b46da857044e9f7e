"""The pages behind the links by which people without an account confirm what they want."""
