//! This process's memory, as Linux counts it.

/// Resident bytes now.
pub(crate) fn resident() -> u64 {
    status("VmRSS:")
}

/// The most resident bytes since the last [`reset_peak`].
pub(crate) fn peak() -> u64 {
    status("VmHWM:")
}

/// Lets the peak begin at what is resident now.
pub(crate) fn reset_peak() {
    // proc(5): 5 resets the peak resident set size.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

fn status(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    // In kibibytes: `VmRSS:     12345 kB`.
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}
