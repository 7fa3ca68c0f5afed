#pragma once

#include <string>

namespace recura {

/// The cores this process may use: its cpuset, cut by the CPU quota of its cgroup and of those above. At least 1.
int available_cores();

/// `cores`, or the whole cores that the quotas grant if these are fewer; at least 1. Reads, below `root`,
/// /proc/self/cgroup and the files in /sys/fs/cgroup of both versions: cpu.max (2) and cpu.cfs_quota_us (1).
int within_cgroup_quota(int cores, const std::string& root = "");

}  // namespace recura
