"""Settings: configurations, composed and checked before anything is simulated."""
