#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nmfsep::cli {

/// A file to work on, and where it was found.
struct InputFile {
  std::filesystem::path path;
  std::filesystem::path folder =
      {};  ///< from the folder that was searched to the file's own; empty
           ///< where these are one, and for a file given by its name
};

/// What lies in a folder that was searched and is no input.
struct PassedOver {
  std::filesystem::path path;
  std::string reason;
  bool holds_sound = false;  ///< by its name, in a container that is not read
};

/// What arguments stand for.
struct FoundInputs {
  std::vector<InputFile> files;
  std::vector<PassedOver> passed_over;
};

/// How folders are searched.
struct InputSearch {
  bool recursive = false;              ///< also in the folders below
  std::filesystem::path ignored = {};  ///< a folder that is not searched when it lies in another:
                                       ///< the outputs of an earlier run are no inputs
};

/// The files that `arguments` mean, in their order, each file once. An argument is a file; a
/// folder, which stands for its files that have an audio file's extension and are not hidden; or a
/// pattern of the shell's kind, whose matches are such arguments in turn. What a folder or a
/// pattern stands for comes sorted by name. A file that is not there is an input too, which fails
/// when it is opened. Throws AudioFileError when a folder cannot be read, and when a folder or a
/// pattern stands for nothing. What a folder holds beside is passed over, and named; what is hidden
/// is not.
FoundInputs find_inputs(const std::vector<std::string>& arguments, const InputSearch& search);

/// The files that the arguments of a flag mean: a file; several with commas between them; or a
/// pattern, whose matches come sorted. What is none of these stays as it is. Throws AudioFileError
/// when a pattern stands for nothing.
std::vector<std::string> expand_files(const std::vector<std::string>& arguments);

}  // namespace nmfsep::cli
