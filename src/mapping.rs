//! What a mapping makes of a finding: the fields of its issue, and whether that can work.
//!
//! Everything is a pure function of the mapping, the finding and what the site allows. Must never be in
//! here: IO, or when anything is sent.
