"""What was measured in the world, and how the model is held to it."""
