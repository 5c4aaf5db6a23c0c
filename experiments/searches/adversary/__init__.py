"""The adversary: what brushers and organisers could choose in answer to a package, and its effect."""
