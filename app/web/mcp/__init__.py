"""The door for assistants (Model Context Protocol): reading only, each answer names the version that it is from."""
