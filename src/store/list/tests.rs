//! Stories over lists.
