"""The generator of `test_vectors/`: documented functions that build, sign and change documents."""
