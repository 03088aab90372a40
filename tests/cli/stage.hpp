#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/program.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {

/// A folder with good and bad inputs of every kind, in which the program runs. What each file is
/// stands in stage.cpp.
class Stage {
 public:
  Stage();

  const TemporaryFolder& folder() const { return folder_; }
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

  /// Runs the program here.
  ProgramResult run(const std::vector<std::string>& arguments, ProgramOptions options = {}) const;

  /// Every file's content and every folder's name: equal means that nothing was left or changed.
  std::map<std::string, std::string> contents() const;

 private:
  void write_recordings() const;
  void write_models() const;
  void write_damaged_models() const;

  TemporaryFolder folder_;
};

/// The stage of this process, made at first use. Tests leave it as it was.
const Stage& stage();

}  // namespace nmfsep::test
