//! Signing in: how each method proves who is calling.
