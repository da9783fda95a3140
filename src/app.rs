//! What the dashboard is and does, without drawing it.
