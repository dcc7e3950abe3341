"""How the clearinghouse itself works: what it has chosen for its own people."""
