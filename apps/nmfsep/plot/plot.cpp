#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "files/audio_inputs.hpp"
#include "files/inputs.hpp"
#include "files/text_file.hpp"
#include "flags/commands.hpp"
#include "flags/input_flags.hpp"
#include "nmfsep/core/errors.hpp"
#include "nmfsep/core/text.hpp"
#include "nmfsep/sources/model_file.hpp"
#include "pictures/model_picture.hpp"
#include "pictures/picture_file.hpp"
#include "pictures/picture_flags.hpp"
#include "pictures/picture_json.hpp"
#include "pictures/spectrogram_picture.hpp"

namespace nmfsep::cli {
namespace {

class Plot final : public Command {
 public:
  explicit Plot(Flags& parent);

 private:
  int execute(Console& console) override;
  void refuse_contradictions() const;
  std::vector<Panel> panels(Console& console) const;
  HeatMap spectrogram(const std::string& file, Console& console) const;

  std::vector<std::string> arguments_;
  std::vector<std::string> files_;
  std::string output_;
  std::string data_;
  std::optional<int> fft_size_;
  InputFlags input_;
  PictureFlags looks_;
};

Plot::Plot(Flags& parent)
    : Command(parent, "plot",
              "Draw recordings as spectrograms, and models as their atoms and the curve of their "
              "training") {
  app()
      .add_option("files", arguments_,
                  "Audio files and model files, drawn below each other; - is audio from stdin")
      ->required()
      ->type_name("FILE");
  app()
      .add_option("-o,--output", output_, "The picture: FILE.svg or FILE.png")
      ->type_name("FILE")
      ->changes_no_result();
  app()
      .add_option("--picture-json", data_,
                  "Write what is drawn to FILE, to be drawn otherwise (- for stdout)")
      ->type_name("FILE|-")
      ->changes_no_result();
  looks_.add_to(app());
  app()
      .add_option("--fft-size", fft_size_,
                  "Samples a frame, an even number (default: the power of two from 64 ms on, 4096 "
                  "at 44.1 kHz)")
      ->type_name("SAMPLES");
  input_.add_to(app());
  add_shared_flags();
  app().footer(
      "Examples:\n"
      "  nmfsep plot song.wav -o song.svg\n"
      "  nmfsep plot song.wav out/song/*.wav --duration 10 --dark -o stems.png\n"
      "  nmfsep plot bass.safetensors --sort centroid -o bass.svg");
}

void Plot::refuse_contradictions() const {
  const auto pipes = std::count(files_.begin(), files_.end(), "-");
  input_.validate(pipes > 0);
  if (pipes > 1) throw InvalidArgument("-: can be read only once");
  if (output_.empty() && data_.empty())
    throw InvalidArgument("nothing would be drawn; name the picture with -o, as in -o FILE.svg");
  if (data_ == "-" && json_target() == "-")
    throw InvalidArgument("--picture-json - and --json - would both take stdout");
  std::vector<std::string> outputs;
  for (const std::string& file : {output_, data_ == "-" ? std::string() : data_})
    if (!file.empty()) outputs.push_back(file);
  check_outputs(files_, outputs);
}

int Plot::execute(Console& console) {
  files_ = expand_files(arguments_);
  refuse_contradictions();
  const PictureStyle style = looks_.style();
  std::optional<PictureFile> picture;
  if (!output_.empty()) picture.emplace(output_, overwrite());
  JsonOutput data(data_, overwrite());
  JsonOutput json(json_target(), overwrite());
  const Figure figure = style.figure(panels(console));
  if (picture) picture->write(figure);
  data.write(to_json(figure), console, JsonOutput::Layout::one_line);
  json.write({{"format", "nmfsep-plot"},
              {"version", 1},
              {"files", files_},
              {"picture", output_.empty() ? Json(nullptr) : Json(output_)},
              {"panels", figure.panels.size()}},
             console);
  return 0;
}

std::vector<Panel> Plot::panels(Console& console) const {
  std::vector<Panel> panels;
  std::vector<std::size_t> spectrograms;
  for (const std::string& file : files_) {
    if (looks_like_model(file)) {
      for (const SourceModel& model : load_models(file))
        for (Panel& panel : panels_of(model, printable(file), looks_.style()))
          panels.push_back(std::move(panel));
      continue;
    }
    spectrograms.push_back(panels.size());
    panels.emplace_back(spectrogram(file, console));
  }
  // Recordings are compared: one bar for all of them.
  double loudest = -100;
  for (const std::size_t i : spectrograms)
    loudest =
        std::max(loudest, static_cast<double>(std::get<HeatMap>(panels[i]).values.maxCoeff()));
  for (const std::size_t i : spectrograms)
    std::get<HeatMap>(panels[i]).colour = looks_.style().decibels(loudest);
  return panels;
}

HeatMap Plot::spectrogram(const std::string& file, Console& console) const {
  const ProgressCallback progress =
      console.progress(file == "-" ? "standard input" : printable(file));
  Diagnostics diagnostics = console.diagnostics();
  const auto source = open_audio(file, input_.raw(), progress,
                                 input_.take_what_is_there() ? &diagnostics : nullptr);
  ExcerptSource audio(*source, input_.excerpt(), progress);
  const int rate = audio.info().sample_rate;
  StftOptions stft = StftOptions::for_sample_rate(rate);
  if (fft_size_) {
    stft.fft_size = *fft_size_;
    stft.hop = stft.fft_size / 4;
    stft.validate();
  }
  HeatMap map = spectrogram_of(
      audio, {{rate, stft}, input_.excerpt().start_seconds, looks_.style()}, progress);
  map.title = file == "-" ? "standard input" : printable(file);
  return map;
}

}  // namespace

std::unique_ptr<Command> make_plot(Flags& app) { return std::make_unique<Plot>(app); }

}  // namespace nmfsep::cli
