"""The model in a browser: the same rules compiled to WebAssembly, and the page that runs them."""
