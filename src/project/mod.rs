//! Files on disk, read into sources; no judgement.
