#pragma once

#include <filesystem>

namespace nmfsep::test {

/// The project's folder.
std::filesystem::path project_folder();

/// The built nmfsep program.
std::filesystem::path program_path();

}  // namespace nmfsep::test
