// Prints this processor's level and the peak of so many threads as one line of JSON.
#include <fmt/format.h>

#include <cstdlib>

#include "kernel/level.h"
#include "kernel/peak.h"

int main(int argc, char** argv) {
  const std::string level(recura::kernel::level().name());
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  fmt::print("{{\"level\": \"{}\", \"peak\": {}}}\n", level, recura::bench::peak_flops(level, threads));
}
