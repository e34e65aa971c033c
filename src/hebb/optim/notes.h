// Notes that options of optimisers have in common.
#pragma once

#include "hebb/base/note.h"

namespace hebb::optim {

inline constexpr Note lr_note{.field = "lr",
                              .aliases = {"learning_rate"},
                              .place = 1,
                              .above = 0,
                              .what = "the learning rate"};
inline constexpr Note beta1_note{
    .field = "beta1",
    .key = "betas",
    .aliases = {"beta"},
    .place = 2,
    .at_least = 0,
    .below = 1,
    .what = "how long the two averages, of gradients and of their squares, remember"};
inline constexpr Note beta2_note{
    .field = "beta2", .key = "betas", .place = 2, .at_least = 0, .below = 1};
inline constexpr Note eps_note{.field = "eps",
                               .aliases = {"epsilon"},
                               .place = 3,
                               .above = 0,
                               .what = "added to the root, so that nothing is divided by 0"};
inline constexpr Note weight_decay_note{.field = "weight_decay",
                                        .aliases = {"wd"},
                                        .place = 4,
                                        .at_least = 0,
                                        .what = "pulls weights towards 0 with the gradient"};
inline constexpr Note own_decay_note{.field = "weight_decay",
                                     .aliases = {"wd"},
                                     .place = 4,
                                     .at_least = 0,
                                     .what = "pulls weights towards 0 beside the gradient"};
inline constexpr Note maximize_note{.field = "maximize",
                                    .aliases = {"maximise"},
                                    .what = "goes up: the objective is made larger, not smaller"};

// The note at another position in a line.
constexpr Note placed(Note note, int place) {
  note.place = place;
  return note;
}

}  // namespace hebb::optim
