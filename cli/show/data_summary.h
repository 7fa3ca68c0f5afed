#pragma once

#include <recura/language_model.h>
#include <recura/summarizer.h>
#include <recura/tagger.h>

#include <cstdint>
#include <string>

namespace recura::cli {

/// Says what is known of the data before training begins.
void print_summary(const std::string& path, const DataSummary& data);
void print_summary(const std::string& path, const TaggedDataSummary& data);
void print_summary(const std::string& path, const SummaryDataSummary& data);
void print_summary(const std::string& path, const LanguageDataSummary& data);

inline std::int64_t dev_rows(const DataSummary& data) { return data.dev_rows; }
inline std::int64_t dev_rows(const TaggedDataSummary& data) { return data.dev_texts; }
inline std::int64_t dev_rows(const SummaryDataSummary& data) { return data.dev_texts; }
inline std::int64_t dev_rows(const LanguageDataSummary& data) { return data.dev_texts; }

}  // namespace recura::cli
