#include "train/mask_network_flags.hpp"

#include <fmt/format.h>

#include "flags/duration.hpp"
#include "flags/take.hpp"
#include "nmfsep/core/errors.hpp"

namespace nmfsep::cli {

void MaskNetworkFlags::add_to(Flags& app) {
  const MaskNetOptions usual;
  app.add_option("--steps", steps_,
                 fmt::format("Steps of a network's training, each on mixtures made anew; beside "
                             "exemplars half as many more find how far to trust it (default: {})",
                             usual.steps))
      ->type_name("N");
  app.add_option("--budget", budget_,
                 "Time to train a network in, as in 90s, 5min or 1h, instead of --steps: as many "
                 "steps as fit, which the model states")
      ->type_name("TIME");
  app.add_option("--networks", networks_,
                 fmt::format("Networks of different beginnings whose masks are averaged, each of "
                             "all these steps (default: {})",
                             usual.networks))
      ->type_name("N");
  app.add_option("--form", form_,
                 fmt::format("What a network's hidden layers hear after the first: dense ones "
                             "their frame, convolutional ones its neighbours, recurrent ones all "
                             "before and after (default: {})",
                             to_string(usual.form)))
      ->one_of({"dense", "convolutional", "recurrent"})
      ->type_name("dense|convolutional|recurrent");
  app.add_option("--hidden-layers", hidden_layers_,
                 fmt::format("How many of these, 1 to 3 (default: {})", usual.hidden_layers))
      ->type_name("N");
  app.add_option("--cell", cell_,
                 fmt::format("What units of a recurrent network remember with (default: {})",
                             to_string(usual.cell)))
      ->one_of({"plain", "lstm", "gru"})
      ->type_name("plain|lstm|gru");
  app.add_flag("--one-way", one_way_,
               "A recurrent network hears what came before alone, not what comes after too");
  app.add_option("--loss", loss_,
                 fmt::format("What a network minimises: the error of masks at the mixture's phase, "
                             "that of masks of magnitudes, or their Kullback-Leibler divergence "
                             "(default: {})",
                             to_string(usual.loss)))
      ->one_of({"projection", "magnitude", "kl"})
      ->type_name("projection|magnitude|kl");
  app.add_flag("--estimates", estimates_,
               "A network hears what exemplars of other parts of the recordings say of a mixture, "
               "and its answer is added to theirs");
  app.add_option("--gamma", gamma_,
                 fmt::format("How much a network's estimates are to differ from the other "
                             "sources, 0 to 1 (default: {})",
                             usual.discrimination))
      ->type_name("X");
}

std::map<std::string_view, bool> MaskNetworkFlags::given() const {
  return {{"steps", steps_.has_value()},
          {"budget", !budget_.empty()},
          {"networks", networks_.has_value()},
          {"cell", !cell_.empty()},
          {"form", !form_.empty()},
          {"loss", !loss_.empty()},
          {"hidden-layers", hidden_layers_.has_value()},
          {"one-way", one_way_},
          {"estimates", estimates_},
          {"gamma", gamma_.has_value()}};
}

std::string MaskNetworkFlags::beside() const { return form_.empty() ? "" : " and --form " + form_; }

void MaskNetworkFlags::apply_to(MaskNetOptions& masks) const {
  take(steps_, masks.steps);
  take(networks_, masks.networks);
  if (steps_ && !budget_.empty())
    throw InvalidArgument("--steps and --budget both say how long to train: give one of them");
  if (!budget_.empty()) masks.budget_seconds = parse_duration(budget_);
  if (!form_.empty()) masks.form = *find_mask_net_form(form_);
  take(hidden_layers_, masks.hidden_layers);
  if (!cell_.empty()) masks.cell = *find_cell(cell_ == "plain" ? "recurrent" : cell_);
  masks.both_directions = !one_way_;
  if (!loss_.empty()) masks.loss = *find_mask_loss(loss_);
  take(gamma_, masks.discrimination);
  masks.estimates = estimates_;
}

}  // namespace nmfsep::cli
