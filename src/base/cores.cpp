#include "base/cores.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace recura {
namespace {

/// How many cores' time a quota for each period is; 0: no limit, which is "max" in version 2 and -1 in version 1.
double granted(const std::string& quota, double period) {
  char* end = nullptr;
  const double time = std::strtod(quota.c_str(), &end);
  return end != quota.c_str() && *end == '\0' && time > 0 && period > 0 ? time / period : 0;
}

double granted_by_version_2(const std::string& cgroup) {
  std::ifstream file(cgroup + "/cpu.max");
  std::string quota;
  double period = 0;
  return file >> quota >> period ? granted(quota, period) : 0;
}

double granted_by_version_1(const std::string& cgroup) {
  std::ifstream quota_file(cgroup + "/cpu.cfs_quota_us"), period_file(cgroup + "/cpu.cfs_period_us");
  std::string quota;
  double period = 0;
  return quota_file >> quota && period_file >> period ? granted(quota, period) : 0;
}

/// `cores`, cut by a cgroup and all that it lies in. A container may see its own cgroup as the mounted one while the
/// path is that outside: then only the last of these folders exists.
int within(int cores, double (*granted_by)(const std::string&), const std::string& mounted, std::string path) {
  while (true) {
    if (path.ends_with('/')) path.pop_back();
    const double grant = granted_by(mounted + path);
    if (grant > 0) cores = std::min(cores, std::max(1, static_cast<int>(std::min(grant, 1e6))));
    if (path.empty()) return cores;
    path.resize(path.rfind('/') + 1);
  }
}

bool names_cpu(const std::string& controllers) {
  std::istringstream names(controllers);
  for (std::string name; std::getline(names, name, ',');) {
    if (name == "cpu") return true;
  }
  return false;
}

}  // namespace

int within_cgroup_quota(int cores, const std::string& root) {
  const std::string mounts = root + "/sys/fs/cgroup";
  std::ifstream file(root + "/proc/self/cgroup");
  // Version 2: "0::/path"; version 1: "4:cpu,cpuacct:/path".
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos || line[second + 1] != '/') continue;
    const std::string controllers = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
    if (controllers.empty()) cores = within(cores, granted_by_version_2, mounts, path);
    if (names_cpu(controllers))
      cores = within(cores, granted_by_version_1, fmt::format("{}/{}", mounts, controllers), path);
  }
  return cores;
}

int available_cores() {
  cpu_set_t set;
  int cores = static_cast<int>(std::thread::hardware_concurrency());
  if (sched_getaffinity(0, sizeof(set), &set) == 0) cores = CPU_COUNT(&set);
  return within_cgroup_quota(std::max(1, cores));
}

}  // namespace recura
