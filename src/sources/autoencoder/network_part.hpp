#pragma once

#include <memory>

#include "code_search.hpp"
#include "nmfsep/nmf/joint.hpp"

namespace nmfsep {

/// A decoder network in a job with sources of any kind.
class NetworkPart final : public Part {
 public:
  /// `model` must outlive the part.
  explicit NetworkPart(const Autoencoder& model) : model_(model) {}

  Index components() const override { return model_.components(); }
  float floor() const override { return model_.floor; }
  void start(const PartStart& start) override;
  void add_model(Eigen::Ref<Matrix> R) const override { R += search_->model(); }
  void update_inputs(const ModelGradient& gradient) override;
  void finish(float factor) override { factor_ = factor; }
  Matrix estimate() const override { return factor_ * search_->model(); }

 private:
  const Autoencoder& model_;
  std::unique_ptr<CodeSearch> search_;
  float factor_ = 1;
};

}  // namespace nmfsep
