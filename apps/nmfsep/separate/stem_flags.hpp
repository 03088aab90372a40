#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "flags/flags.hpp"
#include "json/json_output.hpp"
#include "separate/stem_plan.hpp"

namespace nmfsep::cli {

/// The flags that say which stems are written, where, and how.
class StemFlags {
 public:
  void add_to(Flags& app);

  const std::string& folder() const { return folder_; }

  /// Throws InvalidArgument for pages of what is piped.
  void validate(bool reads_stdin) const;

  /// Whether one stem goes to stdout, and none to a file.
  bool uses_stdout() const { return !stdout_.empty(); }

  /// What these flags ask for, of inputs that will be separated into `sources`. Throws
  /// InvalidArgument as wanted_stems and NameTemplate, and for a format that no file or pipe can
  /// hold.
  StemRequest request(std::vector<InputFile> inputs, const std::vector<std::string>& sources,
                      Overwrite overwrite) const;

  /// What the content of a stem depends on.
  Json settings() const;

 private:
  AudioFormat format_for(const std::filesystem::path& input) const;

  std::string folder_ = "separated";
  std::string names_ = "{folder}/{track}/{source}.{ext}";
  std::vector<std::string> only_;
  std::string residual_;
  std::string stdout_;
  std::string explanations_;
  bool plots_ = false;
  bool report_ = false;
  std::string container_ = "wav";
  std::string bit_depth_;
};

}  // namespace nmfsep::cli
