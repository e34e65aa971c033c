// Notes on the fields of a struct: a small table beside HEBB_FIELDS that says what a field may hold
// and how a line of a configuration writes it. Parsing, help, printing and checks follow from it
// (base/options.h).
//
//   struct SgdOptions {
//     double lr = 1e-3, momentum = 0;
//     HEBB_FIELDS(lr, momentum)
//     static constexpr Note notes[] = {{.field = "lr", .key = "learning_rate", .above = 0},
//                                      {.field = "momentum", .at_least = 0, .below = 1}};
//   };
//
// A field that needs no note has none.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "hebb/base/fixed_list.h"

namespace hebb {

// How a layer's description, PyTorch's extra_repr, shows a field.
enum class Shown : uint8_t { named, plain, if_changed, no };

// What --resume makes of a key that was changed: refuses it (fixed); goes on as if nothing was
// changed (free); goes on with it, as the steps that are made do not depend on it (extendable).
enum class Resume : uint8_t { fixed, free, extendable };

// A word that a line may hold in place of a whole number: "same", "none".
struct NamedNumber {
  std::string_view word;
  int64_t number = 0;
};

struct Note {
  static constexpr double inf = std::numeric_limits<double>::infinity();

  std::string_view field;     // as in HEBB_FIELDS
  std::string_view key = {};  // the name in a line (PyTorch's); empty: the field's
  // Other names; the field's own name always works. Neighbouring fields with the same key are
  // written together: betas=0.9,0.999.
  FixedList<std::string_view, 5> aliases = {};
  int place = 0;          // position in a line, from 1; 0: by name only
  bool needed = false;    // a line must give it
  bool inferred = false;  // no line may give it: it follows from the input
  bool bare = false;      // printed without its name, like a needed field
  bool always = false;    // printed also when it is at its default
  // Bounds of a number, or of each number of a list.
  double at_least = -inf, above = -inf, at_most = inf, below = inf;
  FixedList<std::string_view, 6> one_of = {};  // the words that a text may be
  FixedList<NamedNumber, 2> words = {};        // words for whole numbers
  std::string_view otherwise = {};             // the field whose value it has when it is left open
  std::string_view should = {};  // replaces the bounds in messages: "at least 1, or 0 for all"
  std::string_view hint = {};    // ends a refusal: what else would do
  std::string_view what = {};    // one sentence
  Shown shown = Shown::named;
  Resume resume = Resume::fixed;
  bool resolved = false;  // left open, --resume takes what the run has found out from its data
  bool brief = false;     // shown as one number where all are equal
};

inline constexpr Note no_note{};

// The note of a field; an empty one when there is none.
constexpr const Note& note_of(std::span<const Note> notes, std::string_view field) {
  for (const Note& note : notes)
    if (note.field == field)
      return note;
  return no_note;
}

}  // namespace hebb
