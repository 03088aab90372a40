#include "checkpoint.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <numeric>
#include <sstream>

#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/finite.hpp"
#include "nmfsep/core/pending_file.hpp"
#include "nmfsep/core/sha256.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "nmfsep-mpi checkpoint 1\n";
constexpr std::size_t digest_size = 64;                // hexadecimal digits
constexpr std::uint64_t largest_header = 1ULL << 34U;  // bytes: more is no checkpoint of ours

std::string digest_of(std::span<const std::byte> bytes) {
  Sha256 digest;
  digest.update(bytes);
  return digest.hex_digest();
}

std::string digest_of(const MatrixView& H) {
  return digest_of(std::as_bytes(std::span(H.data(), static_cast<std::size_t>(H.size()))));
}

template <typename T>
void append(std::string& text, const T* values, Index count) {
  text.append(reinterpret_cast<const char*>(values), static_cast<std::size_t>(count) * sizeof(T));
}

template <typename T>
void append(std::string& text, T value) {
  append(text, &value, 1);
}

/// Takes values from the front of bytes that may end too early.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  void take(T* values, Index count) {
    const std::string_view taken = take_bytes(static_cast<std::uint64_t>(count) * sizeof(T));
    if (ok_) std::memcpy(values, taken.data(), taken.size());
  }
  template <typename T>
  T take() {
    T value{};
    take(&value, 1);
    return value;
  }
  std::string_view take_bytes(std::uint64_t count) {
    ok_ = ok_ && count <= bytes_.size();
    const std::string_view taken = ok_ ? bytes_.substr(0, count) : "";
    if (ok_) bytes_.remove_prefix(count);
    return taken;
  }

  /// Whether all was there, and nothing is left.
  bool ended() const { return ok_ && bytes_.empty(); }
  bool ok() const { return ok_; }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

bool is_non_negative(const MatrixView& values) {
  return values.size() == 0 || (all_finite(values) && values.minCoeff() >= 0);
}

}  // namespace

void CheckpointFile::refuse(const std::string& why) const {
  throw FileError(fmt::format("{}: {}; remove it to begin anew, or give --checkpoint another name",
                              quoted(path_), why));
}

Index CheckpointFile::frames_before(std::size_t block) const {
  return std::accumulate(layout_.blocks.begin(),
                         layout_.blocks.begin() + static_cast<std::ptrdiff_t>(block), Index{0});
}

/// Of an activation from the beginning of the file.
std::uint64_t CheckpointFile::place_of(std::uint64_t begin, std::size_t block) const {
  return begin +
         static_cast<std::uint64_t>(frames_before(block) * layout_.components) * sizeof(float);
}

std::uint64_t CheckpointFile::digest_place_of(std::uint64_t begin, std::size_t block) const {
  return place_of(begin, layout_.blocks.size()) + block * digest_size;
}

std::uint64_t CheckpointFile::size_of_body() const {
  return digest_place_of(0, layout_.blocks.size());
}

/// The job, the report, W, and the digest of all that.
std::string CheckpointFile::header_of(const SharedStateView& state) const {
  std::string header;
  append(header, static_cast<std::uint64_t>(layout_.job.size()));
  header += layout_.job;
  append(header, static_cast<std::int64_t>(state.report.iterations));
  append(header, static_cast<std::uint64_t>(state.report.cost.size()));
  for (const CostSample& sample : state.report.cost) {
    append(header, static_cast<std::int64_t>(sample.iteration));
    append(header, sample.cost);
  }
  append(header, state.rescale.data(), state.rescale.size());
  append(header, state.W.data(), state.W.size());
  return header + digest_of(std::as_bytes(std::span(header)));
}

void CheckpointFile::save(const SharedStateView& state) const {
  std::optional<PendingFile> pending;
  std::string temporary;
  std::uint64_t begin = 0;
  if (ranks_.is_first()) {
    const std::string header = header_of(state);
    pending.emplace(path_, Overwrite::replace);
    temporary = pending->temporary();
    std::ofstream file(temporary, std::ios::binary);
    file << magic;
    std::string size;
    append(size, static_cast<std::uint64_t>(header.size()));
    file << size << header;
    begin = static_cast<std::uint64_t>(file.tellp());
    file.close();
    if (!file)
      throw FileError(fmt::format("{}: cannot write: {}", quoted(path_), std::strerror(errno)));
  }
  ranks_.share(temporary);
  ranks_.share(begin);
  write_body(temporary, begin, state.H);
  ranks_.gathered(std::string("."));  // all have
  if (pending) pending->commit();
}

void CheckpointFile::write_body(const fs::path& temporary, std::uint64_t begin,
                                const MatrixView& H) const {
  std::fstream file(temporary, std::ios::in | std::ios::out | std::ios::binary);
  std::string digests;
  Index first = 0;
  file.seekp(static_cast<std::streamoff>(place_of(begin, layout_.first)));
  for (std::size_t i = layout_.first; i < layout_.first + layout_.count; ++i) {
    const MatrixView block = H.middleCols(first, layout_.blocks[i]);
    file.write(reinterpret_cast<const char*>(block.data()),
               block.size() * static_cast<std::streamsize>(sizeof(float)));
    digests += digest_of(block);
    first += layout_.blocks[i];
  }
  file.seekp(static_cast<std::streamoff>(digest_place_of(begin, layout_.first)));
  file << digests;
  file.close();
  if (!file)
    throw FileError(fmt::format("{}: cannot write: {}", quoted(path_), std::strerror(errno)));
}

std::optional<SharedState> CheckpointFile::load() const {
  std::string header;
  std::uint64_t begin = 0;
  if (ranks_.is_first() && fs::exists(path_)) {
    std::ifstream file(path_, std::ios::binary);
    std::string start(magic.size() + sizeof(std::uint64_t), '\0');
    if (!file.read(start.data(), static_cast<std::streamsize>(start.size())) ||
        !start.starts_with(magic))
      refuse("is no checkpoint of nmfsep-mpi, or cannot be read");
    const auto size = Reader(std::string_view(start).substr(magic.size())).take<std::uint64_t>();
    const std::uint64_t whole = fs::file_size(path_);
    if (size > largest_header || size > whole) refuse("is damaged: its header is not whole");
    header.resize(size);
    begin = start.size() + size;
    if (!file.read(header.data(), static_cast<std::streamsize>(size)))
      refuse("is damaged: its header cannot be read");
    read_header(header);
    if (whole != begin + size_of_body())
      refuse(
          fmt::format("is damaged: it has {} bytes instead of {}", whole, begin + size_of_body()));
  }
  ranks_.share(header);
  ranks_.share(begin);
  if (header.empty()) return std::nullopt;
  SharedState state = read_header(header);
  read_body(begin, state);
  return state;
}

SharedState CheckpointFile::read_header(std::string& header) const {
  const std::string_view all = header;
  if (all.size() < digest_size) refuse("is damaged: its header is not whole");
  const std::string_view told = all.substr(0, all.size() - digest_size);
  if (digest_of(std::as_bytes(std::span(told))) != all.substr(told.size()))
    refuse("is damaged: its header is not what was written");
  Reader reader(told);
  require_this_job(reader.take_bytes(reader.take<std::uint64_t>()));
  SharedState state;
  state.report.iterations = static_cast<int>(reader.take<std::int64_t>());
  const auto looks = reader.take<std::uint64_t>();
  for (std::uint64_t i = 0; reader.ok() && i < looks; ++i) {
    const auto iteration = static_cast<int>(reader.take<std::int64_t>());
    state.report.cost.push_back({iteration, reader.take<double>()});
  }
  state.rescale.resize(layout_.components);
  state.W.resize(layout_.bins, layout_.components);
  reader.take(state.rescale.data(), state.rescale.size());
  reader.take(state.W.data(), state.W.size());
  if (!reader.ended() || looks == 0 || state.report.iterations < 0 || !is_non_negative(state.W) ||
      !is_non_negative(state.rescale))
    refuse("is damaged: its header is none of this job");
  return state;
}

/// Names the first line in which the jobs differ.
void CheckpointFile::require_this_job(std::string_view job) const {
  if (job == layout_.job) return;
  std::istringstream theirs{std::string(job)};
  std::istringstream ours(layout_.job);
  std::string their_line;
  std::string our_line;
  do {
    if (!std::getline(theirs, their_line)) their_line = "less";
    if (!std::getline(ours, our_line)) our_line = "less";
  } while (their_line == our_line && their_line != "less");
  refuse(fmt::format("is of another job, with '{}' instead of '{}'", printable(their_line),
                     printable(our_line)));
}

void CheckpointFile::read_body(std::uint64_t begin, SharedState& state) const {
  const Index before = frames_before(layout_.first);
  state.H.resize(layout_.components, frames_before(layout_.first + layout_.count) - before);
  std::ifstream file(path_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(place_of(begin, layout_.first)));
  file.read(reinterpret_cast<char*>(state.H.data()),
            state.H.size() * static_cast<std::streamsize>(sizeof(float)));
  std::string digests(layout_.count * digest_size, '\0');
  file.seekg(static_cast<std::streamoff>(digest_place_of(begin, layout_.first)));
  file.read(digests.data(), static_cast<std::streamsize>(digests.size()));
  if (!file) refuse("cannot be read to its end");
  Index first = 0;
  for (std::size_t i = 0; i < layout_.count; ++i) {
    const MatrixView block = state.H.middleCols(first, layout_.blocks[layout_.first + i]);
    if (digest_of(block) != digests.substr(i * digest_size, digest_size) || !is_non_negative(block))
      refuse(fmt::format("is damaged: the activations of block {} are not what was written",
                         layout_.first + i));
    first += block.cols();
  }
}

}  // namespace nmfsep::cli
