//! How the dashboard looks.
