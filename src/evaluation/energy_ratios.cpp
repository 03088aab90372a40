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

EnergyRatios ratios_of(const Energies& energies, bool interference) {
  EnergyRatios ratios;
  ratios.mdx_sdr = ratio_in_db(energies.reference + mdx_floor, energies.error + mdx_floor);
  if (energies.reference <= 0.0 || energies.estimate <= 0.0) return ratios;
  ratios.snr = ratio_in_db(energies.reference, energies.error);
  ratios.si_sdr = ratio_in_db(energies.target, energies.residual);
  if (interference) ratios.si_sir = ratio_in_db(energies.target, energies.interference);
  ratios.si_sar = ratio_in_db(energies.target, energies.artifacts);
  return ratios;
}

}  // namespace

std::vector<EnergyRatios> energy_ratios(std::span<SignalReader* const> references,
                                        std::span<SignalReader* const> estimates) {
  const Layout given = validated_layout("energy_ratios", references, estimates);
  std::vector<Interleaved> lines;
  for (SignalReader* reader : references) lines.emplace_back(*reader);
  for (SignalReader* reader : estimates) lines.emplace_back(*reader);
  std::vector<SignalReader*> readers;
  for (Interleaved& line : lines) readers.push_back(&line);
  ReaderSource source(std::move(readers));

  const Layout layout{given.sources, 1};
  const Candidates candidates = each_its_own(layout.sources);
  const Projections projections =
      project_all(correlate(source, layout.sources, 1), layout, candidates);
  const EnergyTable table = measure(source, layout, {{0, source.samples()}}, projections);
  const auto audible = std::count_if(table[0].begin(), table[0].end(),
                                     [](const auto& row) { return row[0].reference > 0.0; });
  std::vector<EnergyRatios> result;
  for (const auto& row : table[0]) result.push_back(ratios_of(row[0], audible > 1));
  return result;
}

std::vector<EnergyRatios> energy_ratios(std::span<const Signal> references,
                                        std::span<const Signal> estimates) {
  const MatrixReaders reference_readers("reference", references);
  const MatrixReaders estimate_readers("estimate", estimates);
  return energy_ratios(reference_readers.pointers(), estimate_readers.pointers());
}

}  // namespace nmfsep
