//! The loop: terminal, events, effects.
