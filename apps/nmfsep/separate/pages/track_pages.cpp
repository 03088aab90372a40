#include "separate/pages/track_pages.hpp"

#include <algorithm>

#include "files/audio_inputs.hpp"
#include "files/text_file.hpp"
#include "nmfsep/core/text.hpp"
#include "report/make_page.hpp"
#include "report/separation_record.hpp"

namespace nmfsep::cli {

namespace fs = std::filesystem;

TrackPages::TrackPages(const SeparationJob& job, const StemPlan& plan, const Analysis& analysis)
    : job_(job), plan_(plan) {
  for (const auto& [page, path] : plan.pages) {
    folders_.add(path.parent_path());
    files_.emplace(page, PendingFile(path, plan.overwrite));
  }
  if (files_.contains(Page::report)) findings_.emplace(analysis);
  if (files_.contains(Page::plots))
    pictures_.emplace(
        PictureSubject{analysis, job.objective, job.models, job.excerpt.start_seconds});
}

void TrackPages::take(const ExplainedFrames& frames) {
  if (findings_) findings_->take(frames);
  if (pictures_) pictures_->take(frames);
}

void TrackPages::make(const FinishedSeparation& finished, Console& console) {
  if (findings_) fill_text(files_.at(Page::report), report(finished, console));
  if (pictures_) fill_text(files_.at(Page::plots), plots(finished, console));
}

void TrackPages::commit() {
  for (auto& [page, file] : files_) file.commit();
  folders_.keep();
}

std::string TrackPages::report(const FinishedSeparation& finished, Console& console) const {
  ReportRequest request;
  request.excerpt.seconds =
      std::min(usual_report_seconds, finished.record["seconds"].get<double>());
  request.tracks.push_back({"mixture", ReportTrack::Role::mixture, plan_.input});
  request.tracks.back().start_seconds = job_.excerpt.start_seconds;
  request.tracks.back().take_what_is_there = job_.take_what_is_there;
  for (std::size_t s = 0; s < plan_.outputs.size(); ++s)
    request.tracks.push_back(
        {plan_.stems[s].name, ReportTrack::Role::stem, plan_.outputs[s], 0, finished.stems[s]});
  request.models = job_.models;
  findings_->add_to(request, job_.objective);
  request.record = finished.record;
  request.facts = facts_of(job_.about, finished.record);
  add_file_facts(request, job_.model_files);
  return make_page(plan_.input.stem().string(), request, plan_.pages.at(Page::report), console);
}

std::string TrackPages::plots(const FinishedSeparation& finished, Console& console) const {
  const std::string name = plan_.input.filename().string();
  const ProgressCallback progress = console.progress(printable(name));
  std::vector<HeatMap> maps;
  AudioReader mixture = open_again(plan_.input, job_.take_what_is_there);
  ExcerptSource excerpt(mixture, job_.excerpt, progress);
  maps.push_back(pictures_->spectrogram({name, excerpt}, progress));
  for (std::size_t s = 0; s < plan_.outputs.size(); ++s) {
    AudioReader stem(finished.stems[s]);
    maps.push_back(pictures_->spectrogram({plan_.stems[s].name, stem}, progress));
  }
  share_bar(maps);
  std::vector<Panel> panels(maps.begin(), maps.end());
  for (Panel& panel :
       pictures_->panels(finished.report.factorisation, finished.record["seconds"].get<double>()))
    panels.push_back(std::move(panel));
  return svg_of(PictureStyle().figure(std::move(panels)));
}

}  // namespace nmfsep::cli
