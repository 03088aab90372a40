#include "nmfsep/evaluation/energy_ratios.hpp"

#include <algorithm>

#include "evaluation/decomposition.hpp"
#include "evaluation/ratio.hpp"

namespace nmfsep {
namespace {

constexpr double mdx_floor = 1e-7;

/// The channels of a signal sample by sample as one channel. Without delays the order of samples
/// does not matter, so this is as good as one behind the other.
class Interleaved : public SignalReader {
 public:
  explicit Interleaved(SignalReader& reader) : reader_(reader) {}
  Index samples() const override { return reader_.samples() * reader_.channels(); }
  Index channels() const override { return 1; }
  void rewind() override {
    reader_.rewind();
    left_.resize(0);
  }

  Signal next(Index count) override {
    Signal result(count, 1);
    const Index kept = std::min(count, left_.size());
    result.topRows(kept) = left_.head(kept);
    const Eigen::VectorXd unused = left_.tail(left_.size() - kept);
    left_ = unused;
    if (kept == count) return result;
    const Index width = reader_.channels();
    const Signal read = reader_.next((count - kept + width - 1) / width).transpose();
    const auto line = read.reshaped();
    result.bottomRows(count - kept) = line.head(count - kept);
    left_ = line.tail(line.size() - (count - kept));
    return result;
  }

 private:
  SignalReader& reader_;
  Eigen::VectorXd left_;  ///< what was read and not asked for: part of a frame
};

/// Whether the projections on the reference and on all references are to be had, and whether
/// another reference sounds.
struct RatioTrust {
  bool own = true;
  bool all = true;
  bool interference = true;
};

EnergyRatios ratios_of(const Energies& energies, const RatioTrust& trust) {
  EnergyRatios ratios;
  ratios.mdx_sdr = ratio_in_db(energies.reference + mdx_floor, energies.error + mdx_floor);
  if (energies.reference <= 0.0 || energies.estimate <= 0.0) return ratios;
  ratios.snr = ratio_in_db(energies.reference, energies.error);
  if (!trust.own) return ratios;
  ratios.si_sdr = ratio_in_db(energies.target, energies.residual);
  ratios.sd_sdr = ratio_in_db(energies.target, energies.error);
  ratios.srr = ratio_in_db(energies.target, energies.spatial);
  if (!trust.all) return ratios;
  if (trust.interference) ratios.si_sir = ratio_in_db(energies.target, energies.interference);
  ratios.si_sar = ratio_in_db(energies.target, energies.artifacts);
  return ratios;
}

/// A signal without the mean of each channel.
class Centred : public SignalReader {
 public:
  explicit Centred(SignalReader& reader)
      : reader_(reader), mean_(Eigen::RowVectorXd::Zero(reader.channels())) {
    constexpr Index piece = 65536;
    reader.rewind();
    for (Index done = 0; done < reader.samples(); done += piece)
      mean_ += reader.next(std::min(piece, reader.samples() - done)).colwise().sum();
    mean_ /= static_cast<double>(reader.samples());
  }

  Index samples() const override { return reader_.samples(); }
  Index channels() const override { return reader_.channels(); }
  void rewind() override { reader_.rewind(); }
  Signal next(Index count) override { return reader_.next(count).rowwise() - mean_; }

 private:
  SignalReader& reader_;
  Eigen::RowVectorXd mean_;
};

std::vector<EnergyRatios> plain_ratios(std::span<SignalReader* const> references,
                                       std::span<SignalReader* const> estimates) {
  std::vector<Interleaved> lines;
  for (SignalReader* reader : references) lines.emplace_back(*reader);
  for (SignalReader* reader : estimates) lines.emplace_back(*reader);
  std::vector<SignalReader*> readers;
  for (Interleaved& line : lines) readers.push_back(&line);
  ReaderSource source(std::move(readers));

  const auto sources = static_cast<Index>(references.size());
  const Layout layout{sources, sources, 1};
  const Projections projections = project_all(source, layout, each_its_own(sources), 1);
  const EnergyTable table =
      measure(source, layout, {{0, source.samples()}}, projections, Surroundings::silence);
  const auto audible = std::count_if(table[0].begin(), table[0].end(),
                                     [](const auto& row) { return row[0].reference > 0.0; });
  std::vector<EnergyRatios> result;
  for (std::size_t j = 0; j < references.size(); ++j)
    result.push_back(ratios_of(table[0][j][0], {.own = projections.own[j].solved,
                                                .all = projections.all.solved,
                                                .interference = audible > 1}));
  return result;
}

std::vector<EnergyRatios> centred_ratios(std::span<SignalReader* const> references,
                                         std::span<SignalReader* const> estimates) {
  std::vector<Centred> centred;
  for (SignalReader* reader : references) centred.emplace_back(*reader);
  for (SignalReader* reader : estimates) centred.emplace_back(*reader);
  std::vector<SignalReader*> readers;
  for (Centred& reader : centred) readers.push_back(&reader);
  const std::span<SignalReader* const> all(readers);
  return plain_ratios(all.first(references.size()), all.subspan(references.size()));
}

}  // namespace

std::vector<EnergyRatios> energy_ratios(std::span<SignalReader* const> references,
                                        std::span<SignalReader* const> estimates,
                                        const EnergyRatioOptions& options) {
  validated_layout("energy_ratios", references, estimates);
  std::vector<EnergyRatios> result = plain_ratios(references, estimates);
  if (!options.zero_mean) return result;
  std::vector<EnergyRatios> centred = centred_ratios(references, estimates);
  for (std::size_t j = 0; j < result.size(); ++j) {
    centred[j].snr = result[j].snr;
    centred[j].mdx_sdr = result[j].mdx_sdr;
  }
  return centred;
}

std::vector<EnergyRatios> energy_ratios(std::span<const Signal> references,
                                        std::span<const Signal> estimates,
                                        const EnergyRatioOptions& options) {
  const MatrixReaders reference_readers("reference", references);
  const MatrixReaders estimate_readers("estimate", estimates);
  return energy_ratios(reference_readers.pointers(), estimate_readers.pointers(), options);
}

}  // namespace nmfsep
