//! Each screen's drawing, mirroring `app::screens`.

pub(crate) mod connections;
pub(crate) mod issues;
pub(crate) mod list;
pub(crate) mod sync;
