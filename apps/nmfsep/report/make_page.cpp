#include "report/make_page.hpp"

#include <fmt/format.h>

#include "files/file_hash.hpp"
#include "nmfsep/core/version.hpp"
#include "report/report_page.hpp"

namespace nmfsep::cli {

void add_file_facts(ReportRequest& request, const std::vector<std::string>& models) {
  auto& facts = request.facts;
  for (const ReportTrack& track : request.tracks)
    facts.emplace_back(
        fmt::format("SHA-256 of {}", track.path.string()),
        file_hash(track.audio.empty() ? track.path : track.audio).value_or("unknown"));
  for (const std::string& model : models)
    facts.emplace_back(fmt::format("SHA-256 of {}", model), file_hash(model).value_or("unknown"));
  facts.emplace_back("Page by", fmt::format("nmfsep {}", version));
}

std::string make_page(const std::string& title, const ReportRequest& request,
                      const std::filesystem::path& report, Console& console) {
  const Json data = report_data(request, report, console);
  return page_of(title,
                 fmt::format("{} tracks, {:.1f} s from {:g} s on, {} Hz", request.tracks.size(),
                             data["seconds"].get<double>(), request.excerpt.start_seconds,
                             data["sample_rate"].get<int>()),
                 data);
}

}  // namespace nmfsep::cli
