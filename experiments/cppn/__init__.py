"""Pictures, films and more of compositional pattern producing networks: what a run is for the trained ones."""
