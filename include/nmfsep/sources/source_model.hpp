#pragma once

#include <concepts>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "nmfsep/nmf/joint.hpp"
#include "nmfsep/sources/model_header.hpp"

namespace nmfsep {

/// Values of a model as its file holds them.
struct Tensor {
  std::string name;  ///< within the model: "W"
  std::vector<Index> shape;
  std::vector<float> values;  ///< the last dimension runs fastest
};

/// A matrix as a tensor of two dimensions.
Tensor tensor_of(std::string name, const Matrix& matrix);

/// What a file says of a model beside its values: keys without the source's name.
using Metadata = std::map<std::string, std::string>;

/// What a source can sound like. A kind of model derives from it, in a folder of its own, and is
/// listed in the registry if files are to hold it.
class Model : public ModelHeader {
 public:
  virtual ~Model() = default;

  /// As files spell it: "dictionary".
  virtual std::string kind() const = 0;
  /// For people: "convolutive dictionary of 5 frames".
  virtual std::string describe_kind() const = 0;
  /// Activations of a frame.
  virtual Index components() const = 0;
  /// These in blocks that stand together and sound together: of a universal model a speaker's.
  virtual std::vector<Index> blocks() const { return {components()}; }
  /// What people call one: "atoms" unless the kind says otherwise, "exemplars" where they were
  /// drawn.
  virtual std::string component_word() const;
  /// How its training ended, for people: "50 updates, divergence kl = 12.3, seed 0".
  virtual std::string describe_training() const;
  /// Frames an atom spans.
  virtual int context() const { return 1; }
  /// Models of an ensemble, which explain a mixture one by one.
  virtual int members() const { return 1; }

  /// What else people may want to know, line by line: a heading and what it says.
  virtual std::vector<std::pair<std::string, std::string>> facts() const { return {}; }

  virtual Metadata details() const = 0;
  virtual std::vector<Tensor> tensors() const = 0;
  /// Throws InvalidArgument naming source, field and rule unless the values are the kind's.
  virtual void validate() const = 0;

  /// A member's part in a job that sources of any kind share; it may refer to the model.
  virtual std::unique_ptr<Part> part(int member, const NmfOptions& options) const = 0;

 protected:
  Model() = default;
  Model(const Model&) = default;
  Model(Model&&) = default;
  Model& operator=(const Model&) = default;
  Model& operator=(Model&&) = default;
};

/// A model of any kind, as a value: copies share what nobody changes any more.
class SourceModel {
 public:
  template <std::derived_from<Model> Kind>
  SourceModel(Kind model) : model_(std::make_shared<const Kind>(std::move(model))) {}

  const Model& operator*() const { return *model_; }
  const Model* operator->() const { return model_.get(); }

  /// The model if it is of this kind, else null.
  template <typename Kind>
  const Kind* as() const {
    return dynamic_cast<const Kind*>(model_.get());
  }

 private:
  std::shared_ptr<const Model> model_;
};

}  // namespace nmfsep
