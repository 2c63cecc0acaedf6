"""Many runs that lose nothing: what is asked, the design, the store, workers and executors."""
