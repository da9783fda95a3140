//! Whole stories of the engine.
