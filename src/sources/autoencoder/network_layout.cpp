#include "sources/autoencoder/network_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nmfsep {
namespace {

/// What stands in a description, layer by layer.
class Layout {
 public:
  explicit Layout(const AutoencoderOptions& options) : options_(options) {}

  void add(const std::string& layer) { text_ += (text_.empty() ? "" : " | ") + layer; }
  std::string text() const { return text_; }

  void add_encoding(Index inputs, Index outputs, int stride) {
    if (options_.context == 1)
      add(fmt::format("dense {} {}", inputs, outputs));
    else
      add(fmt::format("convolution 1 {} {} 1 {} 1 {} 1 1", inputs, outputs, options_.context,
                      stride));
  }

  void add_decoding(Index inputs, Index outputs, int stride) {
    if (options_.context == 1)
      add(fmt::format("dense {} {}", inputs, outputs));
    else
      add(fmt::format("transposed 1 {} {} 1 {} 1 {} 1 1", outputs, inputs, options_.context,
                      stride));
  }

  /// After a layer that is neither the first nor the last of all and not the code.
  void add_hidden_activation() {
    add(to_string(options_.activation));
    if (options_.dropout > 0) add(fmt::format("dropout {}", options_.dropout));
  }

 private:
  const AutoencoderOptions& options_;
  std::string text_;
};

std::string encoder_layout(const std::vector<Index>& sizes, const AutoencoderOptions& options) {
  Layout layout(options);
  const std::size_t last = sizes.size() - 2;
  for (std::size_t i = 0; i <= last; ++i) {
    layout.add_encoding(sizes[i], sizes[i + 1], last == 0 ? options.stride : 1);
    if (i == last) {
      layout.add(to_string(options.activation));
    } else {
      layout.add_hidden_activation();
      if (i + 1 == last && options.stride > 1)
        layout.add(fmt::format("pooling 1 {} 1 {}", sizes[i + 1], options.stride));
    }
  }
  return layout.text();
}

/// `sizes` as of the encoder: the decoder takes them backwards.
std::string decoder_layout(const std::vector<Index>& sizes, const AutoencoderOptions& options) {
  Layout layout(options);
  const bool is_output =
      options.activation == Activation::absolute || options.activation == Activation::softplus;
  for (std::size_t i = sizes.size() - 1; i > 0; --i) {
    layout.add_decoding(sizes[i], sizes[i - 1], i + 1 == sizes.size() ? options.stride : 1);
    if (i > 1)
      layout.add_hidden_activation();
    else
      layout.add(to_string(is_output ? options.activation : Activation::relu_output));
  }
  return layout.text();
}

/// The random start: layers from number `positive` on are non-negative, and lead from a mean of one
/// to a mean of about one.
ParameterSource starting_weights(int positive, Random& random) {
  return [positive, usual = random_parameters(random),
          &random](const ParameterShape& shape) mutable -> Matrix {
    if (positive-- > 0) return usual(shape);
    const float scale = 1.25F / static_cast<float>(shape.fan_in);
    return Matrix::NullaryExpr(shape.rows, shape.columns,
                               [&] { return scale * std::abs(gaussian(random)); });
  };
}

}  // namespace

NetworkPair random_networks(Index bins, const AutoencoderOptions& options, Random& random) {
  std::vector<Index> sizes{bins};
  for (int i = 1; i < options.layers / 2; ++i) sizes.push_back(options.width);
  sizes.push_back(options.components);
  const int layers = options.layers / 2;
  NetworkPair pair;
  pair.encoder = make_network(encoder_layout(sizes, options),
                              starting_weights(options.is_shallow() ? 0 : layers, random));
  pair.decoder = make_network(decoder_layout(sizes, options), starting_weights(layers - 1, random));
  return pair;
}

}  // namespace nmfsep
