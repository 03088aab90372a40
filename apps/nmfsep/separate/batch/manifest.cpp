// POSIX files enter here: a manifest is locked, appended to and flushed while others may read it.
#include "separate/batch/manifest.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <vector>

#include "files/text_file.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"

namespace nmfsep::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw FileError(fmt::format("manifest {}: {}", nmfsep::quoted(path), what));
}

[[noreturn]] void fail(const fs::path& path, const char* action, int error) {
  fail(path, fmt::format("cannot {}: {}", action, std::strerror(error)));
}

bool is_record(const Json& line) {
  const auto has_text = [&](const char* key) {
    return line.contains(key) && line[key].is_string();
  };
  if (!line.is_object() || !has_text("input") || !has_text("status")) return false;
  if (!line.contains("outputs") || !line["outputs"].is_object()) return false;
  for (const Json& output : line["outputs"])
    if (!output.is_object() || !output.contains("file") || !output["file"].is_string())
      return false;
  return true;
}

/// What a record is the last word on: its outputs, or its input where it has none.
std::vector<std::string> keys(const Json& record) {
  std::vector<std::string> result;
  for (const Json& output : record["outputs"]) result.push_back(output["file"]);
  if (result.empty()) result.push_back("input " + record["input"].get<std::string>());
  return result;
}

std::string line_of(const Json& record) { return record.dump() + "\n"; }

}  // namespace

Manifest::Manifest(fs::path path, Access access) : path_(std::move(path)), access_(access) {
  do {
    open();
    if (!descriptor_) return;
    lock();
  } while (!is_named());
  parse(read());
}

void Manifest::open() {
  const int flags = access_ == Access::look ? O_RDONLY : O_RDWR | O_CREAT | O_APPEND;
  descriptor_ = Descriptor(::open(path_.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0666));
  if (!descriptor_ && !(access_ == Access::look && errno == ENOENT)) fail(path_, "open", errno);
}

/// File systems without locks answer another error: there nothing tells two runs apart.
void Manifest::lock() {
  struct stat status = {};
  if (::fstat(descriptor_.get(), &status) != 0 || !S_ISREG(status.st_mode))
    fail(path_, "is not a regular file");
  if (access_ == Access::write && ::flock(descriptor_.get(), LOCK_EX | LOCK_NB) != 0 &&
      errno == EWOULDBLOCK)
    fail(path_, "is in use by another run");
}

/// Whether the path still names the file that is open: a run that came to its end meanwhile has put
/// another in its place.
bool Manifest::is_named() const {
  struct stat opened = {};
  struct stat named = {};
  if (::fstat(descriptor_.get(), &opened) != 0) fail(path_, "look at", errno);
  if (::stat(path_.c_str(), &named) != 0) return errno != ENOENT;
  return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

std::string Manifest::read() const {
  std::string text;
  std::vector<char> buffer(1U << 16U);
  for (;;) {
    const ssize_t count =
        ::pread(descriptor_.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (count < 0) fail(path_, "read", errno);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void Manifest::parse(const std::string& text) {
  const std::size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  std::size_t number = 1;
  for (std::size_t begin = 0, end = 0; begin < whole; begin = end + 1, ++number) {
    end = text.find('\n', begin);
    const Json record =
        Json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                    text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    if (!is_record(record))
      fail(path_, fmt::format("line {} is none of a manifest; name another file", number));
    remember(record);
  }
  // A file of one cut line may be anything: only what begins as our lines do is taken for ours.
  const std::string cut = text.substr(whole);
  const std::string beginning = line_of({{"format", "nmfsep-manifest"}}).substr(0, 27);
  if (cut.substr(0, beginning.size()) != beginning.substr(0, cut.size()))
    fail(path_, fmt::format("line {} is none of a manifest; name another file", number));
  if (access_ == Access::write && !cut.empty() &&
      ::ftruncate(descriptor_.get(), static_cast<off_t>(whole)) != 0)
    fail(path_, "cut off its unfinished line", errno);
}

std::optional<Json> Manifest::last_of(const fs::path& output) const {
  const std::lock_guard lock(mutex_);
  const auto found = last_.find(spelling(output));
  return found == last_.end() ? std::nullopt : std::optional(Json::parse(found->second->text));
}

void Manifest::append(const Json& record) {
  const std::lock_guard lock(mutex_);
  write_line(line_of(record));
  remember(record);
}

void Manifest::write_line(const std::string& line) {
  struct stat before = {};
  if (::fstat(descriptor_.get(), &before) != 0) fail(path_, "look at", errno);
  const ssize_t written = ::write(descriptor_.get(), line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size()) && ::fdatasync(descriptor_.get()) == 0) return;
  const int error = written < 0 || written == static_cast<ssize_t>(line.size()) ? errno : ENOSPC;
  // What cannot be taken back is a cut line, which the next run drops.
  [[maybe_unused]] const int ignored = ::ftruncate(descriptor_.get(), before.st_size);
  fail(path_, "write", error);
}

void Manifest::remember(const Json& record) {
  const auto line = std::make_shared<const Line>(Line{lines_++, line_of(record)});
  for (const std::string& key : keys(record)) last_[key] = line;
}

/// Those that are the last on something, in their order.
std::map<std::size_t, const std::string*> Manifest::wanted() const {
  std::map<std::size_t, const std::string*> lines;
  for (const auto& [key, line] : last_) lines.emplace(line->number, &line->text);
  return lines;
}

std::vector<Json> Manifest::read_records(const fs::path& path) {
  const Manifest manifest(path, Access::look);
  if (!manifest.descriptor_) fail(path, "open", ENOENT);
  std::vector<Json> records;
  for (const auto& [number, line] : manifest.wanted()) records.push_back(Json::parse(*line));
  return records;
}

std::vector<Json> last_words(std::vector<Json> records) {
  const auto time = [&](std::size_t i) { return records[i].value("time", std::string()); };
  std::map<std::string, std::size_t> last;
  for (std::size_t i = 0; i < records.size(); ++i)
    for (const std::string& key : keys(records[i])) {
      const auto [known, is_new] = last.emplace(key, i);
      if (!is_new && time(i) >= time(known->second)) known->second = i;
    }
  std::set<std::size_t> kept;
  for (const auto& [key, number] : last) kept.insert(number);
  std::vector<Json> result;
  for (const std::size_t i : kept) result.push_back(std::move(records[i]));
  return result;
}

void Manifest::compact() {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [number, line] : wanted()) text += *line;
  PendingFile file(fs::canonical(path_), Overwrite::replace);  // a link stays one
  write_text(file, text);
}

std::string Manifest::spelling(const fs::path& path) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path, error), error);
  return printable((error ? path : whole).native());
}

}  // namespace nmfsep::cli
