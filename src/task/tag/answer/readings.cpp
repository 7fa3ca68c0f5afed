#include "task/tag/answer/readings.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace recura {

void ReadingChain::add(std::vector<SpanReading>&& part) {
  if (part.empty()) return;
  using Pair = std::tuple<double, std::size_t, std::size_t>;
  // Of equal sums the one with the better beginning.
  const auto is_worse = [](const Pair& a, const Pair& b) {
    return std::get<0>(a) != std::get<0>(b) ? std::get<0>(a) < std::get<0>(b) : a > b;
  };
  std::priority_queue<Pair, std::vector<Pair>, decltype(is_worse)> best(is_worse);
  for (std::size_t before = 0; before < sums_.size(); ++before)
    best.emplace(sums_[before] + part.front().log_probability, before, 0);
  std::vector<double> sums;
  std::vector<Link> links;
  while (!best.empty() && links.size() < most_) {
    const auto [sum, before, next] = best.top();
    best.pop();
    sums.push_back(sum);
    links.emplace_back(before, next);
    if (next + 1 < part.size()) best.emplace(sums_[before] + part[next + 1].log_probability, before, next + 1);
  }
  parts_.push_back({std::move(part), std::move(links)});
  sums_ = std::move(sums);
}

std::vector<SpanReading> ReadingChain::take() {
  std::vector<SpanReading> all(sums_.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].log_probability = sums_[i];
    std::vector<const SpanReading*> chosen;
    std::size_t at = i;
    for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) {
      const auto [before, next] = part->links[at];
      chosen.push_back(&part->readings[next]);
      at = before;
    }
    for (auto reading = chosen.rbegin(); reading != chosen.rend(); ++reading)
      all[i].entities.insert(all[i].entities.end(), (*reading)->entities.begin(), (*reading)->entities.end());
  }
  parts_.clear();
  return all;
}

}  // namespace recura
