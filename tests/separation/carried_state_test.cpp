#include "nmfsep/separation/separator.hpp"
#include "support/audio_files.hpp"
#include "support/catch.hpp"

using namespace nmfsep;

namespace {

const Analysis analysis{8000, {64, 16, Window::hann}};

/// Two sources whose share of a frame follows from all frames before it: the first takes what the
/// running mean of the levels says, the second the rest. Frames know their place: every seventh is
/// the first's alone.
class Follower final : public Decomposer {
 public:
  explicit Follower(Index reach = 0) : reach_(reach) {}

  std::vector<std::string> source_names() const override { return {"follower", "rest"}; }
  std::optional<Index> reach() const override { return reach_; }
  Index components() const override { return 1; }
  std::unique_ptr<CarriedState> initial_state() const override { return std::make_unique<State>(); }

  Decomposition decompose(const MixtureBlock& block, const ProgressCallback&) const override {
    auto& state = dynamic_cast<State&>(*block.state);
    REQUIRE(block.first + block.before == state.next);
    Decomposition result;
    result.sources = {{"follower", block.V}, {"rest", block.V}};
    for (Index frame = block.before; frame < block.before + block.own; ++frame) {
      const float level = block.V(5, frame) + block.V(9, frame);
      state.level = 0.9F * state.level + 0.1F * level;
      const bool alone = state.next++ % 7 == 0;
      const float share = alone ? 1.0F : state.level / (state.level + level + 1e-9F);
      result.sources[0].magnitudes.col(frame) *= share;
      result.sources[1].magnitudes.col(frame) *= 1 - share;
    }
    return result;
  }

 private:
  struct State final : CarriedState {
    Index next = 0;  ///< own frame of the mixture
    float level = 0;
  };

  Index reach_;
};

Separation separate(std::shared_ptr<const Decomposer> decomposer, Index block_frames) {
  const AudioBuffer mixture{test::noise(3, 4000, 1, 0.3F), 8000};
  Diagnostics diagnostics;
  return Separator(analysis, {}, std::move(decomposer), {block_frames})
      .separate(mixture, "mixture", diagnostics);
}

}  // namespace

TEST_CASE("a state is carried from block to block, and any blocks give the same samples") {
  for (const Index reach : {0, 3}) {
    const auto follower = std::make_shared<Follower>(reach);
    const Separation whole = separate(follower, 100000);
    CHECK(whole.stems[0].audio.samples.norm() > 0.1F);
    CHECK(whole.stems[1].audio.samples.norm() > 0.1F);
    for (const Index frames : {1, 8, 33, 100}) {
      const Separation blocks = separate(follower, frames);
      for (std::size_t s = 0; s < 2; ++s)
        CHECK(blocks.stems[s].audio.samples == whole.stems[s].audio.samples);
    }
  }
}

TEST_CASE("every separation begins with a state of its own") {
  const auto follower = std::make_shared<Follower>();
  const Separation once = separate(follower, 20);
  const Separation again = separate(follower, 20);
  CHECK(once.stems[0].audio.samples == again.stems[0].audio.samples);
}
