#pragma once

#include "json/json_output.hpp"
#include "nmfsep/render/figure.hpp"

namespace nmfsep::cli {

/// What a figure shows, to be drawn otherwise: docs/pictures.md describes it.
Json to_json(const Figure& figure);

}  // namespace nmfsep::cli
