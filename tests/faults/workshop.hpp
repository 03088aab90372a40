#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/program.hpp"
#include "support/temporary_folder.hpp"

namespace nmfsep::test {

using Contents = std::map<std::string, std::string>;  ///< of the files of a folder, by name

/// Of all files in the folder and those below.
Contents contents_of(const std::filesystem::path& folder);

/// A run of the program that reads small files and writes others into the folder "out".
struct Job {
  std::string name;
  std::vector<std::string> arguments;
  Contents before;    ///< the older files in "out"
  Contents expected;  ///< what "out" says after a run that nothing disturbs
};

/// A folder of recordings and models with a job of each command: train, separate to WAV and to
/// FLAC, with a manifest and going on with one, evaluate, train-set, bundle. They run on one
/// thread, so that their calls come in one order.
class Workshop {
 public:
  Workshop();

  const std::vector<Job>& jobs() const { return jobs_; }
  const TemporaryFolder& folder() const { return folder_; }

  /// Puts the older files of `job` into "out", and nothing else.
  void set_up(const Job& job) const;
  ProgramResult run(const Job& job, const ProgramOptions& options = {}) const;
  Contents outputs() const;

  /// What is wrong with "out" after a run that ended with `status`: after 0 it must hold what is
  /// expected, after all else whole files, old or new, and whole reports. A manifest has whole
  /// lines, and none of its inputs is lost. Empty when nothing is wrong. Temporaries, and a line
  /// that was cut, may be there only when the run was killed.
  std::string fault_of_outputs(const Job& job, int status) const;

  /// What is wrong with another, undisturbed run: it must succeed and leave what is expected.
  std::string fault_of_rerun(const Job& job) const;

  /// What is wrong after a run that was ended in its midst: files are to be whole, old or new, and
  /// another run succeeds.
  std::string fault_after_kill(const Job& job) const;

  /// The same, of a run that SIGKILL ended or came too late for.
  std::string fault_of_kill(const Job& job, const ProgramResult& result) const;

 private:
  void add_job(const std::string& name, std::vector<std::string> arguments);
  void add_resumed_job();
  void add(Job job);
  Contents files() const { return contents_of(folder_ / "out"); }

  TemporaryFolder folder_;
  std::vector<Job> jobs_;
};

/// Made once.
const Workshop& workshop();

}  // namespace nmfsep::test
